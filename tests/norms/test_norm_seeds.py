"""The draft norms of the demo grow from their texts, with what was said of them and answered."""

import tomllib
from pathlib import Path

import pytest

from accounts.enums import Role
from decide.demo import load
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from norms import seeds
from norms.enums import AnchorState, Phase
from norms.models import Anchor, Cause, Initiative, OfficeAnswer, Part, Wording, WordingStance
from tests.factories import MunicipalityFactory, ResidentFactory, RoleGrantFactory


TEXTS = tomllib.loads((Path(load.__file__).parent / "norms.toml").read_text(encoding="utf-8"))


@pytest.fixture
def council():
    town = MunicipalityFactory(modules=[Module.NORMS])
    residents = ResidentFactory.create_batch(50, district=town.place)
    with municipality_scope(town):
        evaluator = RoleGrantFactory(municipality=town, role=Role.EVALUATOR).user
        yield seeds.Council(town, lambda place: residents[place].user, residents, evaluator)


def texts_of(slug):
    return [text for text in TEXTS["norms"] if text["municipality"] == slug]


def test_one_is_answered_and_its_final_text_says_what_caused_it(council):
    [norm] = seeds.plant(council, texts_of("trujillo"))
    [text] = texts_of("trujillo")

    assert norm.phase == Phase.FINAL
    assert norm.versions.published().filter(is_final=True).exists()
    assert Part.objects.filter(version=norm.current, kind="article").count() == 11
    assert OfficeAnswer.objects.published().count() == len(text["answers"])
    changed = {pair for one in text["answers"] for pair in one.get("changes", ())}
    assert Cause.objects.values("article").distinct().count() == len(changed)
    states = set(Anchor.objects.filter(version=norm.current).values_list("state", flat=True))
    assert {AnchorState.KEPT, AnchorState.LOST} <= states
    counted = sum(w.musts + w.shoulds + w.should_nots + w.must_nots for w in Wording.objects.all())
    said = sum(sum(one.get("stances", {}).values()) for one in text["said"])
    assert counted == WordingStance.objects.count() == said


def test_the_other_takes_comments_now(council):
    [norm] = seeds.plant(council, texts_of("otuzco"))

    assert norm.phase == Phase.COMMENTS
    assert Anchor.objects.count() == len(texts_of("otuzco")[0]["said"])


def test_an_initiative_is_followed(council):
    [made] = seeds.plant_initiatives(council, TEXTS["initiatives"])

    assert made.is_public
    assert Initiative.objects.get().needed == made.electors // 100 + 1

"""Somebody in one municipality asks, at every address there is, for what belongs to another."""

import pytest
from django.urls import get_resolver, reverse

from accounts.enums import MUNICIPAL_ROLES, REGIONAL_ROLES
from accounts.models import RoleGrant
from municipalities.enums import MunicipalityKind
from municipalities.rls import municipality_scope
from tests import factories


def addresses():
    """Each named address below a municipality that leads to one thing: its name and arguments."""
    found = {}
    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern).startswith("<slug:municipality_slug>"):
            walk(pattern, getattr(pattern, "namespace", ""), {}, found)
    return sorted((name, tuple(sorted(arguments))) for name, arguments in found.items())


def walk(pattern, namespace, arguments, found):
    arguments = arguments | pattern.pattern.converters
    if hasattr(pattern, "url_patterns"):
        for inner in pattern.url_patterns:
            walk(inner, getattr(inner, "namespace", "") or namespace, arguments, found)
    elif pattern.name and set(arguments) - {"municipality_slug"} - NOT_AN_OBJECT:
        found[f"{namespace}:{pattern.name}"] = set(arguments) - {"municipality_slug"}


# What an argument stands for where it names no row of a municipality.
NOT_AN_OBJECT = {"choice", "kind", "variant", "title", "size", "fmt", "number", "code"}


def of_the_other_town(name, town):
    """The row which an address would lead to, if it were this town's."""
    app, _, verb = name.partition(":")
    with municipality_scope(town):
        if app == "participation" and "document" in verb:
            return factories.DocumentFactory(municipality=town)
        if app == "participation" and "thread" in verb or "follow" in verb:
            return factories.ThreadFactory(municipality=town, is_public=True)
        if app == "participation":
            return factories.ImageFactory(municipality=town)
        if "milestone" in verb:
            return factories.MilestoneFactory(municipality=town)
        if "template" in verb:
            return factories.AnswerTemplateFactory(municipality=town)
        return factories.ProposalFactory(municipality=town, published=True)


@pytest.fixture
def towns(db):
    return factories.MunicipalityFactory.create_batch(2)


@pytest.fixture
def people(towns):
    """A visitor, a resident and each role there is, in the first town or in the region."""
    ours, _theirs = towns
    region = factories.MunicipalityFactory(
        kind=MunicipalityKind.REGION, place=factories.RegionPlaceFactory(), slug="la-libertad"
    )
    found = {"visitor": None, "resident": factories.ResidentFactory(district=ours.place).user}
    for role in (*MUNICIPAL_ROLES, *REGIONAL_ROLES):
        home = ours if role in MUNICIPAL_ROLES else region
        with municipality_scope(home):
            found[role] = factories.RoleGrantFactory(municipality=home, role=role).user
    return found


@pytest.mark.parametrize(("name", "arguments"), addresses())
def test_what_belongs_to_another_town_is_not_found(
    client, towns, people, name, arguments, settings
):
    ours, theirs = towns
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "TwoFactor" not in m]
    thing = of_the_other_town(name, theirs)
    values = {"pk": thing.pk, "uuid": getattr(thing, "uuid", None), "title": "x", "variant": "x"}
    values |= {"size": "480", "fmt": "webp", "number": 1, "kind": "x", "choice": "x", "code": "x"}
    url = reverse(
        name, kwargs={"municipality_slug": ours.slug} | {key: values[key] for key in arguments}
    )
    if " " in url:
        raise AssertionError(url)

    answers = {}
    for who, person in people.items():
        client.logout()
        if person:
            client.force_login(person)
        for method in ("get", "post"):
            response = getattr(client, method)(url)
            sent_away = response.status_code == 302 and "/cuenta/" in response["Location"]
            if response.status_code not in (404, 405) and not (sent_away and person is None):
                answers[who, method] = response.status_code

    assert answers == {}
    assert_untouched(thing, theirs)


def assert_untouched(thing, town):
    with municipality_scope(town):
        now = type(thing).objects.get(pk=thing.pk)
        for field in thing._meta.concrete_fields:
            if not field.generated and field.name not in {"support_count", "threshold"}:
                assert getattr(now, field.attname) == getattr(thing, field.attname), field


def test_a_role_in_one_town_is_no_role_in_another(towns, people):
    ours, theirs = towns
    for role in MUNICIPAL_ROLES:
        person = people[role]
        assert person.has_role(role, ours)
        assert not person.has_role(role, theirs)
        with municipality_scope(theirs):
            assert not RoleGrant.objects.exists()

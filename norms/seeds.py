"""Draft norms with a past, for the demo.

Their texts come in, are published and answered by the actions. What lies in the past cannot,
because actions say when they happen: that one was published, and what people said of it then,
is written here with the same rows the actions write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.text import Truncator

from accounts.models import Resident, User
from municipalities.models import Municipality
from norms.actions import answers, initiatives, norms, versions
from norms.actions.norms import threads_of
from norms.enums import NormState, SourceKind, Stance
from norms.models import (
    Anchor,
    Annotation,
    Article,
    Initiative,
    Norm,
    Part,
    Version,
    Wording,
    WordingStance,
)
from participation import history, ledger
from participation.enums import InterventionKind, ThreadKind
from participation.models import Category, Comment, Thread


@dataclass
class Council:
    """One municipality, who talks about its norms, and who prepares and answers them."""

    municipality: Municipality
    authors: Callable[[int], User]
    residents: list[Resident]
    evaluator: User


def plant(council: Council, texts: Iterable[dict[str, Any]]) -> list[Norm]:
    """Grow the draft norms of a municipality from their texts, the oldest first."""
    topics = {topic.code: topic for topic in Category.objects.all()}
    ordered = sorted(texts, key=lambda text: -text["days"])
    return [_grow(council, text, topics.get(text["topic"])) for text in ordered]


def plant_initiatives(council: Council, texts: Iterable[dict[str, Any]]) -> list[Initiative]:
    return [_initiative(council, text) for text in texts]


def _grow(council: Council, text: dict[str, Any], topic: Category | None) -> Norm:
    norm, version = _publish(council, text, topic)
    chance = Random(text["title"])
    said = [_say(council, norm, version, one, chance) for one in text["said"]]
    for answered in text.get("answers", ()):
        answers.answer(
            norm,
            by=council.evaluator,
            comments=[said[place - 1].pk for place in answered["to"]],
            verdict=answered["verdict"],
            text=answered["text"],
        )
    if "answers" in text:
        answers.publish_all(norm, by=council.evaluator)
    if "version" in text:
        _next_version(council, norm, text, said)
    return norm


def _publish(
    council: Council, text: dict[str, Any], topic: Category | None
) -> tuple[Norm, Version]:
    """Begun and read in as staff do, and published on its day."""
    published = _in(-text["days"], hour=9)
    norm = norms.begin(
        council.municipality,
        by=council.evaluator,
        form_key=uuid4(),
        kind=text["kind"],
        title=text["title"],
        summary=text["summary"],
        explanation=text["explanation"].strip(),
        office=text["office"],
        category=topic,
        explained_at=published,
        opens_at=_in(text["opens_in"], hour=0),
        closes_at=_in(text["closes_in"], hour=23, minute=59),
        answers_at=_in(text["answers_in"], hour=18),
        final_at=_in(text["final_in"], hour=18),
    )
    version = versions.import_text(
        norm, by=council.evaluator, source=SourceKind.PASTED, text=text["text"].strip()
    )
    version = versions.publish_version(version, by=council.evaluator)
    Norm.objects.filter(pk=norm.pk).update(state=NormState.PUBLISHED, published_at=published)
    norm.refresh_from_db(fields=["state", "published_at"])
    threads_of(norm).update(is_public=True, opens_at=norm.opens_at, closes_at=norm.closes_at)
    history.record(
        "norm_published",
        norm.thread,
        by=council.evaluator,
        as_office=norm.shown_office,
        at=published,
    )
    return norm, version


def _say(
    council: Council, norm: Norm, version: Version, said: dict[str, Any], chance: Random
) -> Comment:
    at = _in(-said["days"], hour=10, minute=chance.randrange(60))
    by = council.authors(said["by"])
    annotation = _mark(norm, version, said["quote"], by, at)
    comment = Comment.objects.create(
        municipality=norm.municipality,
        thread=annotation.thread,
        author=by,
        by_resident=True,
        text=said["text"],
        created_at=at,
    )
    day = timezone.localdate(at)
    ledger.record(InterventionKind.COMMENT, norm.municipality, by=by, day=day)
    if "new" in said:
        wording = Wording.objects.create(
            municipality=norm.municipality,
            norm=norm,
            annotation=annotation,
            comment=comment,
            new_text=said["new"],
        )
        ledger.record(InterventionKind.WORDING, norm.municipality, by=by, day=day)
        _stand(council, norm, wording, said.get("stances", {}), chance)
    return comment


def _mark(norm: Norm, version: Version, quote: str, by: User, at: datetime) -> Annotation:
    part = version.parts.get(text__contains=quote)
    start = part.text.index(quote)
    thread = Thread.objects.create(
        municipality=norm.municipality,
        kind=ThreadKind.ANNOTATION,
        title=f"«{Truncator(quote).chars(150)}»",
        is_public=True,
        opens_at=norm.opens_at,
        closes_at=norm.closes_at,
    )
    annotation = Annotation.objects.create(
        municipality=norm.municipality,
        norm=norm,
        article_id=part.article_id,
        thread=thread,
        version=version,
        quote=quote,
        author=by,
        created_at=at,
    )
    thread.path = annotation.get_absolute_url()
    thread.save(update_fields=["path"])
    Anchor.objects.create(
        municipality=norm.municipality,
        annotation=annotation,
        version=version,
        part=part,
        start=start,
        stop=start + len(quote),
    )
    return annotation


def _stand(
    council: Council, norm: Norm, wording: Wording, stances: dict[str, int], chance: Random
) -> None:
    """Each resident once, between when it was proposed and the end of comments, or now."""
    others = [r for r in council.residents if r.user_id != wording.comment.author_id]
    said = [stance for stance in Stance for _ in range(stances.get(stance, 0))]
    since = wording.comment.created_at
    span = max((min(norm.closes_at, timezone.now()) - since).total_seconds(), 60)
    made = [
        WordingStance(
            municipality=norm.municipality,
            wording=wording,
            user=person.user,
            resident=person,
            stance=stance,
            created_at=since + timedelta(seconds=chance.random() * span),
        )
        for person, stance in zip(chance.sample(others, len(said)), said, strict=True)
    ]
    WordingStance.objects.bulk_create(made)
    acts = (ledger.Act(one.user, timezone.localdate(one.created_at)) for one in made)
    ledger.record_many(InterventionKind.WORDING_STANCE, norm.municipality, acts)


def _next_version(
    council: Council, norm: Norm, text: dict[str, Any], said: list[Comment]
) -> Version:
    """The text with what was taken up, and which contribution caused each change."""
    after = text["text"]
    for before, now in text["replace"]:
        after = after.replace(before, now)
    version = versions.import_text(
        norm, by=council.evaluator, source=SourceKind.PASTED, text=after.strip()
    )
    told = text["version"]
    version = versions.publish_version(
        version,
        by=council.evaluator,
        is_final=told["final"],
        what_changed=told["changed"],
    )
    causes = {
        (article_of(version, label).pk, said[place - 1].pk)
        for answered in text["answers"]
        for label in answered.get("changes", ())
        for place in answered["to"]
    }
    articles = {article for article, _comment in causes}
    answers.set_causes(version, by=council.evaluator, articles=articles, causes=causes)
    return version


def article_of(version: Version, label: str) -> Article:
    """The provision that a version names so: «Artículo 3»."""
    parts = Part.objects.filter(version=version, label__startswith=label)
    return next(part.article for part in parts if part.label.rstrip(".- ") == label)


def _initiative(council: Council, text: dict[str, Any]) -> Initiative:
    made = initiatives.write(
        council.municipality,
        title=text["title"],
        text=text["text"],
        promoter=text["promoter"],
        contact=text["contact"],
        electors=text["electors"],
        electors_source=text["source"],
        share=Decimal(1),
        collected=text["collected"],
        began_on=timezone.localdate() - timedelta(days=text["days"]),
    )
    return initiatives.publish(made)


def _in(days: int, *, hour: int, minute: int = 0) -> datetime:
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(
        datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001
    )

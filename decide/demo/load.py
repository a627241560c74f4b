"""Loads the demo, once: whoever finds it loaded leaves everything as it has become."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.residence import home_of
from budgets import seeds as budgets
from debates import seeds as debates
from debates.models import Debate
from decide.demo import agreements, letters, moderated, people, urns
from decide.demo.pictures import picture
from municipalities import actions as spaces
from municipalities.enums import Module
from municipalities.models import Municipality
from municipalities.rls import municipality_scope, region_scope
from norms import seeds as norms
from participation import ledger, seeds as guards
from participation.enums import InterventionKind
from processes import seeds as processes
from processes.actions import escalations, templates
from proposals import seeds
from proposals.models import Proposal, ProposalSettings
from votes.seeds import Square


TEXTS = Path(__file__).resolve().parent
OPEN = ("trujillo", "otuzco", "sanchez-carrion", "pataz")
REGION = "la-libertad"
MODULES = [
    Module.PROPOSALS,
    Module.DEBATES,
    Module.VOTES,
    Module.BUDGETS,
    Module.NORMS,
]
FIRST = f"administra.{REGION}@example.org"
SETTINGS = ("threshold_number", "threshold_share", "archive_after_months", "answer_within_days")


def is_loaded() -> bool:
    return User.objects.filter(email=FIRST).exists()


@transaction.atomic
def load() -> list[people.Account]:
    """The whole demo in one transaction: all of it or nothing."""
    encoded = people.password()
    others = _read("others")
    region = Municipality.objects.get(slug=REGION)
    with municipality_scope(region):
        regional, accounts = _regional(region, encoded)
        chief = regional["administra"]
        _open(region, others["region"], by=chief)
    squares = []
    for number, slug in enumerate(OPEN, start=1):
        municipality = Municipality.objects.select_related("place").get(slug=slug)
        with municipality_scope(municipality):
            square, found = _municipality(municipality, number, encoded, chief)
            squares.append(square)
            accounts += found
            if number == 1:
                accounts.append(people.phone_account(municipality, number, encoded))
    for text in others["spaces"]:
        municipality = Municipality.objects.get(slug=text["slug"])
        with municipality_scope(municipality):
            _other_space(municipality, text, chief)
    here = {square.municipality.slug: square for square in squares}
    plots = [_budget(here[text["municipality"]], text) for text in _read("budgets")["budgets"]]
    texts = _read("votes")
    voting = [plot for plot in plots if plot.stage == budgets.VOTE]
    urns.plant(squares, texts["votes"], texts["requests"], voting)
    agreements.plant(
        _read("agreements"),
        planner=regional["planifica"],
        reviewers=[regional["observa"], regional["investiga"]],
        staff={square.municipality.slug: square.administrator for square in squares},
        seconds={square.municipality.slug: square.evaluator for square in squares},
    )
    with region_scope("demo: templates of processes"):
        templates.load()
    _norms(here)
    _processes(here, region)
    return accounts


def _norms(here: dict[str, Square]) -> None:
    texts = _read("norms")
    for slug, square in here.items():
        council = norms.Council(
            municipality=square.municipality,
            authors=lambda place, residents=square.residents: residents[place].user,
            residents=square.residents,
            evaluator=square.evaluator,
        )
        with municipality_scope(square.municipality):
            norms.plant(council, [t for t in texts["norms"] if t["municipality"] == slug])
            norms.plant_initiatives(
                council, [t for t in texts["initiatives"] if t["municipality"] == slug]
            )


def _processes(here: dict[str, Square], region: Municipality) -> None:
    """And what a municipality cannot decide, raised to the region."""
    texts = _read("processes")
    for slug, square in here.items():
        with municipality_scope(square.municipality):
            debates_here = Debate.objects.for_municipality(square.municipality).public().open()
            debate = debates_here.select_related("thread").order_by("-pk").first()
            hall = processes.Hall(
                municipality=square.municipality,
                officer=square.evaluator,
                citizens=[resident.user for resident in square.residents[:6]],
                debate=debate and debate.thread,
            )
            processes.plant(hall, [t for t in texts["processes"] if t["municipality"] == slug])
    for text in texts["raised"]:
        square = here[text["municipality"]]
        with municipality_scope(square.municipality):
            proposals = Proposal.objects.public().for_municipality(square.municipality)
            most = proposals.select_related("thread").order_by("-support_count", "pk").first()
            escalations.escalate(most.thread, by=square.evaluator, to=region, reason=text["reason"])


def _budget(square: Square, text: dict[str, Any]) -> budgets.Plot:
    with municipality_scope(square.municipality):
        return budgets.plant(square, text)


def _regional(region: Municipality, encoded: str) -> tuple[dict[str, User], list[people.Account]]:
    """The region's people by the first word of their address."""
    made = [
        people.staff_account(region, role, word, encoded, 60 + place)
        for place, (role, word) in enumerate(people.REGIONAL)
    ]
    words = [word for _role, word in people.REGIONAL]
    return dict(zip(words, (user for user, _account in made), strict=True)), [
        account for _user, account in made
    ]


def _municipality(
    municipality: Municipality, number: int, encoded: str, chief: User
) -> tuple[Square, list[people.Account]]:
    texts = _read(municipality.slug)
    rules = {name: value for name, value in texts["space"].items() if name in SETTINGS}
    ProposalSettings.objects.create(municipality=municipality, **rules)
    municipality = _open(municipality, texts["space"], by=chief)
    cast, accounts = people.cast_of(municipality, number, encoded)
    _count_proofs(cast)
    garden = seeds.Garden(
        municipality=municipality,
        authors=cast.author,
        residents=cast.residents,
        moderator=cast.staff["moderator"],
        evaluator=cast.staff["evaluator"],
        draw=picture,
    )
    planted = seeds.plant(garden, texts["proposals"])
    _count_intake(municipality, cast, texts["intake"])
    visible = [planted[title] for title in texts["followed"]]
    for citizen in cast.citizens:
        own = [p for p in planted.values() if p.author_id == citizen.pk and not p.is_draft]
        seeds.follow_and_tell(citizen, [*visible, *own])
    forum = debates.Forum(
        municipality=municipality,
        authors=cast.author,
        residents=cast.residents,
        evaluator=cast.staff["evaluator"],
    )
    asked = [t for t in _read("debates")["debates"] if t["municipality"] == municipality.slug]
    for debate, text in zip(debates.plant(forum, asked), debates.oldest_first(asked), strict=True):
        moderated.plant(debate.thread, text.get("moderated", ()), cast)
    administrator = cast.staff["administrator"]
    guards.plant(municipality, visible[0].thread, cast.residents, by=administrator)
    letters.plant(
        municipality,
        [t for t in _read("newsletters")["newsletters"] if t["municipality"] == municipality.slug],
        cast.citizens,
        by=administrator,
    )
    square = Square(
        municipality=municipality,
        residents=cast.residents,
        document=lambda place: people.document_of(number, place),
        administrator=administrator,
        evaluator=cast.staff["evaluator"],
        clerk=cast.staff["desk_officer"],
        draw=picture,
    )
    return square, accounts


def _open(municipality: Municipality, text: dict[str, Any], *, by: User) -> Municipality:
    values = {name: text[name] for name in spaces.SETTINGS if name in text}
    municipality = spaces.change_settings(municipality, by=by, **values)
    municipality = spaces.set_modules(municipality, MODULES, by=by)
    return spaces.open_space(municipality, by=by, reason="Convenio firmado y equipo capacitado.")


def _other_space(municipality: Municipality, text: dict[str, Any], chief: User) -> None:
    if text["state"] == "paused":
        municipality = _open(municipality, text, by=chief)
        spaces.pause(municipality, by=chief, reason=text["reason"])
        return
    values = {name: text[name] for name in spaces.SETTINGS if name in text}
    spaces.change_settings(municipality, by=chief, **values)
    if text["state"] == "preparing":
        spaces.prepare(municipality, by=chief)


def _count_proofs(cast: people.Cast) -> None:
    """Each in the space nearest to where the person lives, as accounts.actions counts them."""
    proofs = defaultdict(list)
    for place, resident in enumerate(cast.residents):
        proofs[resident.district_id].append(ledger.Act(resident.user, _past(place)))
    for district, acts in sorted(proofs.items()):
        home = home_of(district)
        with municipality_scope(home):
            ledger.record_many(InterventionKind.RESIDENCE, home, acts)


def _count_intake(municipality: Municipality, cast: people.Cast, counts: dict[str, int]) -> None:
    """What people came with, spread over those who live there."""
    for kind, count in counts.items():
        came = enumerate(islice(cycle(cast.residents), count))
        acts = [ledger.Act(resident.user, _past(place)) for place, resident in came]
        ledger.record_many(InterventionKind(f"intake_{kind}"), municipality, acts)


def _past(place: int) -> date:
    """Days spread over the last months."""
    return timezone.localdate() - timedelta(days=place * 7 % 200)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))

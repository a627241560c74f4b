"""The official list of participating agents: what it says, who votes by it, and what may be told.

The law has it published: number, organisation, delegate, and whether they vote. The hash kept when
it closes is that of the CSV file, so that anybody can compare the two.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _, pgettext

from accounts.enums import Area, Gender
from budgets.enums import AgentKind, AgentState, Before, Ground
from budgets.models import Agent, Delegate
from decide.common.typed import harmless
from municipalities.models import Place
from participation.models import Event
from participation.statistics import hide_small


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from budgets.models import Budget

# The names and codes of a file that has been closed do not change any more.
COLUMNS = ("numero", "organizacion", "tipo", "ubigeo", "lugar", "delegado", "participa")
VOICE, VOICE_AND_VOTE = "voz", "voz y voto"
REFUSALS = ("agent_observed", "agent_rejected")


def on_it(budget: Budget) -> QuerySet[Agent]:
    """The accepted, by number, with those who speak for them."""
    accepted = Agent.objects.filter(budget=budget).accepted().order_by("number")
    return accepted.select_related("district").prefetch_related("delegates")


def delegate_of(agent: Agent) -> str:
    """Who speaks and votes for it; not who stands in."""
    return next((one.name for one in agent.delegates.all() if not one.is_alternate), "")


def as_csv(budget: Budget) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for agent in on_it(budget):
        line = (agent.name, agent.kind, agent.district_id or "", agent.place, delegate_of(agent))
        vote = VOICE_AND_VOTE if agent.has_vote else VOICE
        writer.writerow([agent.number, *map(harmless, line), vote])
    return ("\ufeff" + out.getvalue()).encode()


def voters_of(budget: Budget) -> list[bytes]:
    """The hashes of the documents of those who vote, each once: one person is one vote, for
    however many organisations they speak. Who only stands in is not on it.
    """
    delegates = Delegate.objects.filter(
        agent__budget=budget,
        agent__state=AgentState.ACCEPTED,
        agent__has_vote=True,
        is_alternate=False,
        document_hash__isnull=False,
    )
    return sorted({bytes(one) for one in delegates.values_list("document_hash", flat=True)})


# --- What may be told of them together


@dataclass(frozen=True)
class Told:
    """A number, or None where it is too small to be told."""

    label: str
    number: int | None


def how_far(budget: Budget) -> list[Told]:
    """How many registered and what came of it; what has lapsed counts as not accepted."""
    here = Agent.objects.filter(budget=budget).sent()
    lapsed = here.lapsed().values("pk")
    found = here.aggregate(
        all=Count("pk"),
        accepted=Count("pk", filter=Q(state=AgentState.ACCEPTED)),
        waiting=Count("pk", filter=Q(state=AgentState.SUBMITTED)),
        observed=Count("pk", filter=Q(state=AgentState.OBSERVED) & ~Q(pk__in=lapsed)),
        refused=Count("pk", filter=Q(state=AgentState.REJECTED) | Q(pk__in=lapsed)),
    )
    return [
        Told(pgettext("agents", "Registered"), found["all"]),
        Told(pgettext("agents", "Accepted"), found["accepted"]),
        Told(_("To be looked at"), found["waiting"]),
        Told(_("To be mended"), found["observed"]),
        Told(pgettext("agents", "Not accepted"), found["refused"]),
    ]


def refused_for(budget: Budget) -> list[Told]:
    """How often each requirement kept somebody out or made them come again."""
    events = Event.objects.filter(thread=budget.thread_id, verb__in=REFUSALS)
    counted: Counter[str] = Counter()
    for data in events.values_list("data", flat=True):
        counted.update(data.get("grounds", ()))
    return [Told(str(Ground(one).label), number) for one, number in counted.most_common()]


def kinds(budget: Budget) -> list[tuple[str, str, int]]:
    """Code, name and number of each kind on the list; the list itself shows every one of them."""
    rows = Agent.objects.filter(budget=budget).accepted().values_list("kind").order_by()
    counted = dict(rows.annotate(Count("pk")))
    return [(one.value, str(one.label), counted[one]) for one in AgentKind if one in counted]


def districts(budget: Budget) -> list[Told]:
    rows = Agent.objects.filter(budget=budget, district__isnull=False).accepted()
    counted = dict(rows.values_list("district").annotate(Count("pk")).order_by())
    names = Place.objects.filter(pk__in=counted).values_list("pk", "name").order_by("name")
    return [Told(name, counted[pk]) for pk, name in names] if len(counted) > 1 else []


def newcomers(budget: Budget) -> list[Told]:
    """How many of the list take part for the first time, as they say; small groups are not told."""
    rows = Agent.objects.filter(budget=budget).accepted().values_list("before").order_by()
    shown = hide_small(dict(rows.annotate(Count("pk"))))
    if shown.keys() <= {""}:
        return []  # nobody said anything
    labels = [(one.value, str(one.label)) for one in Before] + [("", _("Not said"))]
    return [Told(label, shown[value]) for value, label in labels if value in shown]


def described(budget: Budget) -> list[tuple[str, list[Told]]]:
    """What delegates chose to say of themselves; small groups are not told."""
    delegates = Delegate.objects.filter(
        agent__budget=budget, agent__state=AgentState.ACCEPTED, is_alternate=False
    )
    wanted: tuple[tuple[str, str, Any], ...] = (
        ("gender", _("Gender of the delegates"), Gender),
        ("area", _("Where the delegates live"), Area),
    )
    told = []
    if first := newcomers(budget):
        told.append((_("Have they taken part before?"), first))
    for field, label, choices in wanted:
        shown = hide_small(dict(delegates.values_list(field).annotate(Count("pk")).order_by()))
        rows = [
            Told(str(choices(one).label) if one else _("Not said"), shown[one])
            for one in [*choices.values, ""]
            if one in shown
        ]
        if rows:
            told.append((label, rows))
    return told

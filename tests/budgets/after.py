"""A budget whose works are chosen, and who has to do with it, for the tests of what comes after."""

import hashlib

from django.utils import timezone

from accounts.enums import Area, Gender, Role
from budgets.actions import committee, minutes, projects
from budgets.enums import CountState, WorkState
from budgets.models import Delegate, Heading
from tests.budgets.factories import (
    AgentFactory,
    AgentListFactory,
    BudgetFactory,
    CountFactory,
    WorkFactory,
)
from tests.factories import RoleGrantFactory


def chosen_budget(town, works=3, **fields):
    """Two headings; in the first `works` chosen ones with their votes, in the second none."""
    budget = BudgetFactory(
        municipality=town,
        title="Presupuesto de Otuzco",
        headings={"Ciudad de Otuzco": 200_000_00, "Centros poblados": 100_000_00},
        opened=True,
        **fields,
    )
    first, _second = Heading.objects.filter(group__budget=budget)
    chosen = [
        WorkFactory(
            heading=first,
            feasible=True,
            state=WorkState.CHOSEN,
            title=f"Losa del barrio {n + 1}",
            place_name=f"Barrio {n + 1}",
            cost=50_000_00 + n,
            thread__is_public=True,
        )
        for n in range(works)
    ]
    other = WorkFactory(heading=first, feasible=True, state=WorkState.NOT_CHOSEN, title="Mirador")
    CountFactory(
        municipality=town,
        heading=first,
        is_official=True,
        state=CountState.DONE,
        finished_at=timezone.now(),
        ballots=hashlib.sha256(b"ballots").digest(),
        result={
            "ballots": 120,
            "winners": [work.code for work in reversed(chosen)],
            "works": [
                {"id": work.code, "votes": 100 - n, "chosen": work in chosen}
                for n, work in enumerate([*chosen, other])
            ],
            "ties": [
                {"tied": [work.code for work in chosen[:2]], "won": chosen[0].code}
                | {"by": "lot", "decides": True}
            ]
            if works > 1
            else [],
        },
    )
    return budget


def agents(budget, number=6, women=4):
    """Accepted, each with a delegate; the last ones are men, and all live in the countryside."""
    for n in range(number):
        agent = AgentFactory(municipality=budget.municipality, budget=budget, is_accepted=True)
        Delegate.objects.create(
            municipality=budget.municipality,
            agent=agent,
            name=f"Rosa {n}",
            document_hash=hashlib.sha256(f"{budget.pk} {n}".encode()).digest(),
            gender=Gender.WOMAN if n < women else Gender.MAN,
            area=Area.RURAL,
        )
    AgentListFactory(budget=budget, agents=number, voters=number)


def staff(town, role=Role.ADMINISTRATOR):
    return RoleGrantFactory(municipality=town, role=role).user


def written(budget, by, **fields):
    words = {
        "held_on": timezone.localdate(),
        "place": "Auditorio municipal",
        "text": "La municipalidad se compromete a ejecutar las obras.\n\nLos agentes, a cuidarlas.",
        "attendance": "Rosa Quispe, delegada de la Junta Vecinal\nJuan Rojas, alcalde",
    }
    return minutes.write(budget, by=by, **words | fields)


def issued(budget, by):
    written(budget, by)
    return minutes.issue(budget, by=by)


def carried_out(budget, by):
    """With its acta issued, all chosen works are projects."""
    issued(budget, by)
    return projects.make(budget, by=by, office="Gerencia de Obras")


def member(budget, by, account=None, name="Juana Rojas", **fields):
    """One of the committee, which is formed if it is not yet."""
    committee.form(budget, by=by, elected_on=timezone.localdate(), answer_days=10)
    made = committee.add_member(
        budget, by=by, name=name, since=timezone.localdate(), organisation="Junta vecinal", **fields
    )
    if account:
        made.account = account
        made.save()
    return made

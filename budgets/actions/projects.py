"""Chosen works being carried out: what is reported of them, for everybody to read.

Nothing that was said is taken back: the day first promised stays, a delay says why, money is
corrected by another row, and each change is in the public history of the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.committee import committee_accounts
from budgets.actions.minutes import DOCUMENTS, locked
from budgets.course import step_of
from budgets.enums import MilestoneState, ProjectState, SpendingStage, StepKind
from budgets.execution import exceeds
from budgets.models import Budget, Delay, Minutes, Project, ProjectMilestone, Spending, Work
from decide.common.typed import says_something
from participation import documents, history, images


if TYPE_CHECKING:
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

# Whatever else may be corrected afterwards; the rest of a project has an action of its own.
CHANGED = ("office", "money", "cofinanced", "invierte_code", "contractor", "starts_on", "ends_on")
NEEDS_A_REASON = (ProjectState.PAUSED, ProjectState.CANCELLED)
ORDER = {state: place for place, state in enumerate(ProjectState)}


class CannotCarryOut(Exception):
    """What was to be reported does not fit what is there."""


def why_not_make(budget: Budget) -> str:
    """What is missing before chosen works become projects, or nothing."""
    if budget.is_draft or budget.is_cancelled:
        return _("Only works of a budget that is open are carried out.")
    step = step_of(budget, StepKind.MINUTES)
    if step and step.is_left_out:
        return ""
    if not Minutes.objects.filter(budget=budget, issued_at__isnull=False).exists():
        return _("First the acta of agreements is issued: it says which works are carried out.")
    return ""


@transaction.atomic
def make(budget: Budget, *, by: User, office: str) -> list[Project]:
    """A project for each chosen work that has none, with its cost as its money."""
    budget = locked(budget)
    if problem := why_not_make(budget):
        raise CannotCarryOut(problem)
    works = Work.objects.chosen().filter(budget=budget, project=None).select_related("thread")
    made = Project.objects.bulk_create(
        Project(municipality_id=budget.municipality_id, work=work, office=office, money=work.cost)
        for work in works.order_by("heading", "pk")
    )
    people = committee_accounts(budget)
    for project in made:
        project.municipality = budget.municipality
        _record("project_made", project, by=by, tell=True, people=people)
    return made


@transaction.atomic
def change(project: Project, *, by: User, **fields: Any) -> Project:
    """Correct who carries it out, its money and its days; the history says what it was."""
    project = _locked(project)
    if project.ends_on and fields.get("ends_on", project.ends_on) != project.ends_on:
        raise CannotCarryOut(_("The day first promised stays. If it takes longer, tell the delay."))
    starts, ends = fields.get("starts_on"), fields.get("ends_on")
    if starts and ends and ends < starts:
        raise CannotCarryOut(_("It cannot end before it starts."))
    changed = [
        name for name in CHANGED if name in fields and getattr(project, name) != fields[name]
    ]
    if not changed:
        return project
    before = {name: _plain(getattr(project, name)) for name in changed}
    for name in changed:
        setattr(project, name, fields[name])
    project.save(update_fields=[*changed, "saved_at"])
    after = {name: _plain(getattr(project, name)) for name in changed}
    _record("project_changed", project, by=by, data={"before": before, "after": after})
    return project


@transaction.atomic
def move(
    project: Project,
    *,
    by: User,
    state: str,
    percent: int,
    why: str = "",
    finished_on: date | None = None,
) -> Project:
    """Say how it stands now and how far it is on site."""
    project = _locked(project)
    state = ProjectState(state)
    before = ProjectState(project.state)
    _refuse_move(before, state, why, finished_on)
    is_done = state == ProjectState.DONE
    project.state, project.why = state, why
    project.percent = 100 if is_done else percent
    project.finished_on = finished_on if is_done else None
    project.save(update_fields=["state", "why", "percent", "finished_on", "saved_at"])
    verb = "project_moved"
    if state != before and state in (*NEEDS_A_REASON, ProjectState.DONE):
        verb = f"project_{state}"
    data = {"state": state.value, "before": before.value, "percent": project.percent}
    if is_done:
        data["day"] = finished_on.isoformat()
    people = committee_accounts(project.work.budget) if verb != "project_moved" else ()
    _record(verb, project, by=by, text=why, data=data, tell=bool(state != before), people=people)
    return project


def _refuse_move(before: str, state: str, why: str, finished_on: date | None) -> None:
    if (state in NEEDS_A_REASON or ORDER[state] < ORDER[before]) and not says_something(why):
        raise CannotCarryOut(_("Say why: everybody reads it."))
    if state == ProjectState.DONE and finished_on is None:
        raise CannotCarryOut(_("Say on which day it was finished."))
    if finished_on and finished_on > timezone.localdate():
        raise CannotCarryOut(_("That day has not come yet."))


@transaction.atomic
def delay(project: Project, *, by: User, new_day: date, reason: str) -> Delay:
    """Say that it takes longer, why, and until when."""
    project = _locked(project)
    _refuse_over(project)
    if project.promised_on is None:
        raise CannotCarryOut(_("Write first on which day it is to be finished."))
    if new_day <= project.promised_on:
        raise CannotCarryOut(_("A delay leads to a later day than the one promised now."))
    if not says_something(reason):
        raise CannotCarryOut(_("Say why: everybody reads it."))
    before = project.promised_on
    made = project.delays.create(
        municipality_id=project.municipality_id, new_day=new_day, reason=reason, by=by
    )
    _record(
        "project_delayed",
        project,
        by=by,
        text=reason,
        data={"before": before.isoformat(), "day": new_day.isoformat()},
        tell=True,
        people=committee_accounts(project.work.budget),
    )
    return made


# --- Milestones


@transaction.atomic
def add_milestone(
    project: Project, *, by: User, title: str, due_on: date, text: str = ""
) -> ProjectMilestone:
    """Promise a step for a day."""
    project = _locked(project)
    _refuse_over(project)
    if project.milestones.filter(title=title, due_on=due_on).exists():
        raise CannotCarryOut(_("This milestone is there already, for the same day."))
    milestone = project.milestones.create(
        municipality_id=project.municipality_id, title=title, due_on=due_on, text=text
    )
    _record("project_milestone_added", project, by=by, text=text, data=_told(milestone))
    return milestone


@transaction.atomic
def complete(
    milestone: ProjectMilestone,
    *,
    by: User,
    done_on: date,
    photo: UploadedFile | None = None,
    photo_description: str = "",
) -> ProjectMilestone:
    """Say that a step is done, perhaps with a photo; whom the work concerns hears of it."""
    project, milestone = _with_its_project(milestone)
    if done_on > timezone.localdate():
        raise CannotCarryOut(_("That day has not come yet."))
    milestone.state, milestone.done_on = MilestoneState.DONE, done_on
    if photo:
        milestone.photo = images.store_image(
            project.work.thread, photo, photo_description or milestone.title, by=by, by_office=True
        )
    milestone.save(update_fields=["state", "done_on", "photo"])
    people = committee_accounts(project.work.budget)
    data = _told(milestone)
    _record("project_milestone", project, by=by, data=data, tell=True, people=people)
    return milestone


@transaction.atomic
def remove_milestone(milestone: ProjectMilestone, *, by: User, reason: str) -> None:
    """Take a promise back, saying why. What is done stays."""
    project, milestone = _with_its_project(milestone)
    if not says_something(reason):
        raise CannotCarryOut(_("Say why: everybody reads it."))
    data = _told(milestone)
    _record("project_milestone_removed", project, by=by, text=reason, data=data, tell=True)
    milestone.delete()


def _with_its_project(milestone: ProjectMilestone) -> tuple[Project, ProjectMilestone]:
    project = _locked(milestone.project)
    found = project.milestones.select_for_update().filter(pk=milestone.pk).first()
    if found is None:
        raise CannotCarryOut(_("This milestone has been taken back."))
    if found.state == MilestoneState.DONE:
        raise CannotCarryOut(_("This milestone is done already."))
    return project, found


# --- Money


@transaction.atomic
def spend(
    project: Project,
    *,
    by: User,
    stage: str,
    day: date,
    amount: int,
    text: str,
    document: UploadedFile | None = None,
    knows: bool = False,
) -> Spending:
    """Write down money of one stage; less than nothing corrects what was written before.

    More certified than there is for the project is taken only if the person knows it (`knows`).
    """
    project = _locked(project)
    if project.spending.filter(stage=stage, day=day, amount=amount, text=text).exists():
        raise CannotCarryOut(
            _("The same line is there already. Say in its text what is different.")
        )
    before = project.spending.filter(stage=stage).aggregate(sum=Sum("amount"))["sum"] or 0
    if before + amount < 0:
        raise CannotCarryOut(_("With this, less than nothing would be left at this stage."))
    if stage == SpendingStage.CERTIFIED and not knows and exceeds(project, int(before) + amount):
        raise CannotCarryOut(_("That is more than the money there is for this project."))
    kept = None
    if document:
        thread = project.work.budget.thread
        title = documents.title_of(document)
        kept = documents.store_document(thread, document, title, by=by, limit=DOCUMENTS)
    made = project.spending.create(
        municipality_id=project.municipality_id,
        stage=stage,
        day=day,
        amount=amount,
        text=text,
        document=kept,
        by=by,
    )
    data = {"stage": stage, "amount": amount, "day": day.isoformat()}
    _record("project_spent", project, by=by, text=text, data=data)
    return made


# --- What all of them do


def _locked(project: Project) -> Project:
    found = Project.objects.select_related(
        "municipality", "work__thread", "work__budget__thread", "work__budget__municipality"
    )
    return found.select_for_update(of=("self",)).get(pk=project.pk)


def _refuse_over(project: Project) -> None:
    if project.is_over:
        raise CannotCarryOut(_("It is finished or will not be done: say first how it stands now."))


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) else str(value or "")


def _told(milestone: ProjectMilestone) -> dict[str, Any]:
    day = milestone.done_on or milestone.due_on
    return {"milestone": milestone.pk, "title": milestone.title, "day": day.isoformat()}


def _record(verb: str, project: Project, *, by: User, **more: Any) -> None:
    data = {"project": project.pk} | more.pop("data", {})
    office = project.office
    history.record(verb, project.work.thread, by=by, as_office=office, data=data, **more)

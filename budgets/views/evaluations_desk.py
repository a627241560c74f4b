"""What the staff pages of the evaluation share: how they find their thing, and how they answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.actions.decisions import CannotPublish
from budgets.actions.evaluations import CannotEvaluate
from budgets.actions.matrix import CannotScore
from budgets.enums import WorkState
from budgets.models import Budget, Work
from decide.common.typed import number
from proposals.forms.staff import ReasonForm


if TYPE_CHECKING:
    from municipalities.models import Municipality

AT_MOST = 100
REFUSALS = (CannotEvaluate, CannotScore, CannotPublish)


def work_or_404(municipality: Municipality, pk: int) -> Work:
    works = Work.objects.for_municipality(municipality).exclude(state=WorkState.DRAFT)
    works = works.select_related("budget", "heading", "agent", "author", "appeal").defer("search")
    work = get_object_or_404(works, pk=pk)
    work.municipality = work.budget.municipality = municipality
    return work


def chosen_of(budget: Budget, values: list[str]):
    """Those of the ids that are works of this budget; of any other nothing is said."""
    ids = [pk for value in values[:AT_MOST] if (pk := number(value))]
    works = Work.objects.filter(budget=budget, pk__in=ids).exclude(state=WorkState.DRAFT)
    return works.order_by("pk")


def attempt(request, done: str, act: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Do it and say so, or say why not."""
    try:
        act(*args, **kwargs)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def with_reason(
    request, work: Work, *, title: str, label: str, button: str, back: str, done: str, act
) -> HttpResponse:
    """A page that asks for the reason and then does it."""
    form = ReasonForm(request.POST or None, label=label, help_text=_("Everybody will read it."))
    if request.method == "POST" and form.is_valid():
        attempt(request, done, act, form.cleaned_data["reason"])
        return redirect(back)
    return form_page(request, work, form, title=title, button=button, back=back)


def form_page(
    request, work: Work, form, *, title: str, button: str, back: str, **more: Any
) -> HttpResponse:
    """One form about one work."""
    context = {"work": work, "form": form, "title": title, "button": button, "back": back, **more}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "budgets/evaluation/form.html", context, status=status)


def table_of(budget: Budget) -> str:
    return address("evaluations", budget, budget.pk)


def address(name: str, thing: Budget | Work, *args: Any) -> str:
    return reverse(f"budgets:{name}", args=[thing.municipality.slug, *args])

"""The work that an address names, in the place of the address."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from budgets.models import Work
from municipalities.middleware import municipality_or_404


def work_or_404(request, pk, works=None):
    """The work of this place, whoever may see it; its municipality is the address's."""
    municipality = municipality_or_404(request)
    works = Work.objects.all() if works is None else works
    works = works.for_municipality(municipality).defer("search")
    works = works.select_related("thread", "budget", "heading__group", "agent", "author")
    work = get_object_or_404(works.prefetch_related("budget__steps"), pk=pk)
    return placed(work, municipality)


def placed(work, municipality):
    """With the place it is asked in, so that nothing it leads to is read once more."""
    work.municipality = work.thread.municipality = municipality
    work.budget.municipality = work.heading.municipality = municipality
    return work


def seen_or_404(request, pk, works=None):
    work = work_or_404(request, pk, works)
    if not request.user.has_perm("budgets.view_work", work):
        raise Http404
    return work

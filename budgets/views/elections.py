"""Elections of other places, to learn how rules work: never mixed with what people here decide."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets import imported, words
from budgets.actions import elections as actions
from budgets.enums import CountState
from budgets.forms.counts import RuleForm
from budgets.forms.elections import ImportForm
from budgets.models import Count, ImportedElection
from budgets.views.budgets import staff_of_budgets
from budgets.views.results import PER_PAGE, asked
from municipalities.middleware import municipality_or_404


def election_or_404(request, pk):
    municipality = municipality_or_404(request)
    found = ImportedElection.objects.filter(municipality=municipality).defer("source")
    return get_object_or_404(found, pk=pk)


@require_safe
def elections(request, municipality_slug):
    municipality = municipality_or_404(request)
    found = ImportedElection.objects.filter(municipality=municipality).defer("source")
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "can_import": request.user.has_perm("budgets.run_budget", municipality),
    }
    return render(request, "budgets/elections/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def election(request, municipality_slug, pk):
    """What it was, and its ballots counted by whatever rule somebody asks for."""
    found = election_or_404(request, pk)
    form = RuleForm(request.POST or None, money=found.money, ballots=found.ballots)
    if form.is_valid():
        count, reason = asked(request, found, form.rule)
        if count:
            return redirect("budgets:election_count", municipality_slug, found.pk, count.pk)
        form.add_error(None, str(reason))
    counts = found.counts.done().defer("result").order_by("rule_key")
    context = {
        "election": found,
        "money": imported.money_words(found.currency)(found.money),
        "form": form,
        "counts": [(count, words.rule_name(count.rule)) for count in counts],
        "can_drop": request.user.has_perm("budgets.run_budget", request.municipality),
    }
    return render(
        request, "budgets/elections/election.html", context, status=422 if form.errors else 200
    )


@require_safe
def election_count(request, municipality_slug, pk, count):
    found = election_or_404(request, pk)
    count = get_object_or_404(Count, election=found, pk=count)
    context = {"election": found, "count": count, "name": words.rule_name(count.rule)}
    if count.state == CountState.DONE:
        outcome = imported.outcome_of(found, count)
        context |= {
            "outcome": outcome,
            "page": Paginator(outcome.rows, PER_PAGE).get_page(request.GET.get("page")),
            "counted": words.how_counted(count.rule, outcome.money_in_words),
            "differs": imported.differs(count),
        }
    template = "budgets/elections/count.html"
    return render(request, f"{template}#count" if request.htmx else template, context)


@require_safe
def election_pb(request, municipality_slug, pk):
    """The file as it came."""
    found = get_object_or_404(ImportedElection, municipality=municipality_or_404(request), pk=pk)
    response = HttpResponse(found.source, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="eleccion-{pk}.pb"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def import_pb(request, municipality):
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > actions.MOST_BYTES:
                raise actions.CannotImport(
                    _("The file has more than %(size)d MB.") % {"size": actions.MOST_BYTES >> 20}
                )
            found = actions.import_file(
                municipality, by=request.user, data=upload.read(), name=form.cleaned_data["name"]
            )
        except actions.CannotImport as reason:
            form.add_error("file", str(reason))
        else:
            messages.success(request, _("It is here. Choose a rule to have it counted."))
            return redirect("budgets:election", municipality.slug, found.pk)
    return render(
        request,
        "budgets/elections/import.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@require_POST
@staff_of_budgets("budgets.run_budget")
def drop_election(request, municipality, pk):
    found = election_or_404(request, pk)
    actions.drop(found)
    messages.success(request, _("«%(name)s» is no longer shown.") % {"name": found.name})
    return redirect("budgets:elections", municipality.slug)

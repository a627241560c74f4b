"""While people vote and after the count: turnout, watchers, the answer, objections."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from votes import turnout
from votes.actions import answers, polls
from votes.enums import UrnState
from votes.forms.polls import AnswerForm, ObjectionAnswerForm, ReviewForm, WatchersForm
from votes.views.polls import poll_or_404
from votes.views.staff import attempt, case_url, on_polls


@require_safe
@on_polls
def turnout_page(request, municipality, pk):
    """How many have voted, by district, beside the last poll; never what."""
    poll = poll_or_404(request, pk)
    if poll.urn.state not in (UrnState.READY, UrnState.CLOSED, UrnState.OPENED):
        messages.error(request, _("It has not opened yet."))
        return redirect(case_url(poll))
    context = {"poll": poll, "turnout": turnout.of(poll), "now": timezone.now()}
    return render(request, "votes/staff/turnout.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def watchers(request, municipality, pk):
    poll = poll_or_404(request, pk)
    form = WatchersForm(request.POST or None, initial={"watchers": "\n".join(poll.watchers)})
    if form.is_valid():
        addresses = form.cleaned_data["watchers"]
        polls.set_watchers(poll, by=request.user, watchers=addresses)
        messages.success(request, _("They will get each signed head of the log."))
        return redirect(case_url(poll))
    status = 422 if form.is_bound else 200
    return render(request, "votes/staff/watchers.html", {"poll": poll, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def answer(request, municipality, pk):
    poll = poll_or_404(request, pk)
    if poll.urn.state != UrnState.OPENED:
        messages.error(request, _("The municipality answers once the vote has its results."))
        return redirect(case_url(poll))
    kept = {
        "text": poll.answer,
        "office": poll.answer_office or municipality.contact_office,
        "review_on": poll.review_on,
    }
    form = AnswerForm(request.POST or None, initial=kept)
    if form.is_valid():
        said = _("The answer is published, and people are told.")
        values = form.cleaned_data
        if attempt(
            request, said, answers.CannotAnswer, answers.answer, poll, by=request.user, **values
        ):
            return redirect(case_url(poll))
    status = 422 if form.is_bound else 200
    return render(request, "votes/staff/answer.html", {"poll": poll, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def review(request, municipality, pk):
    poll = poll_or_404(request, pk)
    if poll.answered_at is None:
        messages.error(request, _("First the municipality answers the result."))
        return redirect(case_url(poll))
    form = ReviewForm(request.POST or None)
    if form.is_valid():
        said = _("It is published, and people are told.")
        values = form.cleaned_data
        if attempt(
            request, said, answers.CannotAnswer, answers.review, poll, by=request.user, **values
        ):
            return redirect(case_url(poll))
    status = 422 if form.is_bound else 200
    return render(request, "votes/staff/review.html", {"poll": poll, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def objections(request, municipality, pk):
    """Each objection with its answer, or a field to write it; one is answered at a time."""
    poll = poll_or_404(request, pk)
    found = list(poll.complaints.select_related("author"))
    chosen = request.POST.get("objection", "")
    status, rows = 200, []
    for complaint in found:
        is_meant = request.method == "POST" and chosen == str(complaint.pk)
        form = ObjectionAnswerForm(request.POST if is_meant else None, prefix=str(complaint.pk))
        rows.append((complaint, form))
        if is_meant and form.is_valid():
            text = form.cleaned_data["text"]
            attempt(
                request,
                _("The answer is published below the objection."),
                answers.CannotAnswer,
                answers.answer_complaint,
                complaint,
                by=request.user,
                text=text,
            )
            return redirect(request.path)
        status = 422 if is_meant else status
    if request.method == "POST" and status == 200:
        raise Http404
    context = {"poll": poll, "rows": rows}
    return render(request, "votes/staff/objections.html", context, status=status)

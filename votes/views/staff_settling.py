"""Approving, freezing and calling off; and tests with pretend voters."""

import io

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from votes import definition, roll
from votes.actions import copies, polls
from votes.course import Course
from votes.enums import Custody
from votes.forms.polls import PretendersForm, ReasonForm
from votes.views.page import listed_of, places_of, questions_of
from votes.views.polls import poll_or_404
from votes.views.staff import attempt, case_url, on_polls
from votes.who import pretend_link


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def approve(request, municipality, pk):
    """All of it to be read once more, and the button under it."""
    poll = poll_or_404(request, pk)
    course = Course(poll, request.user)
    if not poll.is_prepared or course.gaps:
        reason = course.gaps[0].text if course.gaps else _("The rules of this vote are frozen.")
        messages.error(request, reason)
        return redirect(case_url(poll))
    if request.method == "POST":
        said = _("You have approved it.")
        done = attempt(
            request,
            said,
            polls.CannotApprove,
            polls.approve,
            poll,
            by=request.user,
            content=content_from(request),
        )
        return redirect(case_url(poll)) if done else redirect(request.path)
    rules = definition.of(poll)
    context = {
        "poll": poll,
        "course": course,
        "content": course.content.hex(),
        "rules": rules,
        "questions": questions_of(rules),
        "orders": orders_of(rules),
        "places": places_of(rules),
        "listed_of": listed_of(rules),
        "by_trustees": poll.custody == Custody.TRUSTEES,
        "age": settings.RESIDENCE_MIN_AGE,
    }
    return render(request, "votes/staff/approve.html", context)


def orders_of(rules):
    """What the lots said, question by question, by the titles of the options."""
    return [
        (question["title"], [question["titles"][code] for code in question["lots"]])
        for question in rules["questions"]
        if question.get("lots")
    ]


def content_from(request):
    try:
        return bytes.fromhex(request.POST.get("content", ""))
    except ValueError:
        return b""


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def freeze(request, municipality, pk):
    poll = poll_or_404(request, pk)
    course = Course(poll, request.user)
    if request.method == "POST":
        said = _("The rules are frozen and the vote is announced. Now the key is made.")
        attempt(request, said, polls.CannotFreeze, polls.freeze, poll, by=request.user)
        return redirect(case_url(poll))
    if not poll.is_prepared or course.gaps or not course.is_approved:
        messages.error(request, course.next.text)
        return redirect(case_url(poll))
    context = {"poll": poll, "course": course, "eligible": roll.of(poll).count}
    return render(request, "votes/staff/freeze.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def call_off(request, municipality, pk):
    poll = poll_or_404(request, pk)
    if not polls.may_be_called_off(poll):
        messages.error(request, _("It has its result, or was called off already."))
        return redirect(case_url(poll))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        said = _("The vote is called off.")
        why = form.cleaned_data["why"]
        attempt(request, said, polls.CannotCallOff, polls.call_off, poll, by=request.user, why=why)
        return redirect(case_url(poll))
    status = 422 if form.is_bound else 200
    return render(request, "votes/staff/call_off.html", {"poll": poll, "form": form}, status=status)


# --- Tests


@require_POST
@on_polls
def try_out(request, municipality, pk):
    """Make a test of this poll, with its rules settled at once."""
    poll = poll_or_404(request, pk)
    said = _("The test is ready. Make its key as a rehearsal, and then let pretend voters vote.")
    refusals = (polls.CannotPrepare, polls.CannotFreeze)
    test = attempt(request, said, refusals, copies.try_out, poll, by=request.user)
    return redirect(case_url(test or poll))


@require_safe
@on_polls
def pretend(request, municipality, pk):
    """A link and a QR code for each pretend voter of a test."""
    poll = poll_or_404(request, pk)
    if not poll.urn.is_test:
        raise Http404
    form = PretendersForm(request.GET if "number" in request.GET else None)
    number = form.cleaned_data["number"] if form.is_valid() else form.fields["number"].initial
    links = [
        (n, link := request.build_absolute_uri(pretend_link(poll, n)), qr(link))
        for n in range(1, number + 1)
    ]
    context = {
        "poll": poll,
        "form": form,
        "phase": poll.phase.value,
        "links": [] if form.errors else links,
    }
    status = 422 if form.errors else 200
    return render(request, "votes/staff/pretend.html", context, status=status)


def qr(text):
    """A code to be scanned, as SVG that the page holds itself."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", scale=3, xmldecl=False, svgns=True, nl=False, svgclass="qr", light="#fff"
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308  made by us of a link of ours

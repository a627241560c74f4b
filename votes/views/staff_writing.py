"""Where a poll is written: its words, questions, trustees, lots; and what it begins from."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from decide.common.typed import number
from votes import definition, samples
from votes.actions import copies, files, polls
from votes.enums import QuestionKind
from votes.forms.ballot import BallotForm
from votes.forms.files import FilesForm
from votes.forms.polls import LotsForm, PollForm
from votes.forms.questions import EXPLAINED, QuestionForm, TrusteesForm
from votes.models import Question
from votes.preparation import needs_lots
from votes.views.polls import poll_or_404
from votes.views.staff import attempt, case_url, on_polls


def draft_or_404(request, pk):
    """A poll that can still be changed, or the way back with the reason."""
    poll = poll_or_404(request, pk)
    if poll.is_prepared:
        return poll, None
    messages.error(request, _("The rules of this vote are frozen: they do not change any more."))
    return poll, redirect(case_url(poll))


def own_draft_or_404(request, pk):
    """The same of one that is written on these pages, not where it belongs."""
    poll, away = draft_or_404(request, pk)
    if poll.part_of and not away:
        text = _("What is asked here is written where it belongs: «%(part_of)s».")
        messages.error(request, text % {"part_of": poll.part_of})
        away = redirect(case_url(poll))
    return poll, away


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def new(request, municipality):
    form = PollForm(request.POST or None, municipality=municipality)
    if form.is_valid():
        try:
            poll = polls.create(municipality, by=request.user, **form.cleaned_data)
        except polls.CannotPrepare as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("It is kept. Nobody but staff sees it yet."))
            return redirect(case_url(poll))
    context = {
        "form": form,
        "samples": samples.samples_for(municipality, by=request.user),
    }
    return render(request, "votes/staff/write.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def edit(request, municipality, pk):
    poll, away = own_draft_or_404(request, pk)
    if away:
        return away
    # The form changes the instance that it is given before it is known whether it is valid.
    form = PollForm(
        request.POST or None, municipality=municipality, instance=poll_or_404(request, pk)
    )
    if form.is_valid():
        try:
            polls.revise(poll, by=request.user, **form.cleaned_data)
        except polls.CannotPrepare as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Your changes are kept."))
            return redirect(case_url(poll))
    context = {"form": form, "poll": poll}
    return render(request, "votes/staff/write.html", context, status=422 if form.is_bound else 200)


# --- Questions


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def new_question(request, municipality, pk):
    """First how it is answered, then the question with what that kind needs."""
    poll, away = own_draft_or_404(request, pk)
    if away:
        return away
    kind = asked_kind(request)
    if kind is None:
        context = {"poll": poll, "kinds": kinds_for(poll), "question": None}
        return render(request, "votes/staff/kinds.html", context)
    return question_page(request, poll, kind, None)


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def question(request, municipality, pk, question):
    poll, away = own_draft_or_404(request, pk)
    if away:
        return away
    found = get_object_or_404(poll.questions, pk=question)
    if "tipo" in request.GET and not request.GET["tipo"]:
        context = {"poll": poll, "kinds": kinds_for(poll), "question": found}
        return render(request, "votes/staff/kinds.html", context)
    return question_page(request, poll, asked_kind(request) or found.kind, found)


def asked_kind(request):
    kind = request.GET.get("tipo", "")
    if kind and kind not in EXPLAINED:
        raise Http404
    return kind or None


def kinds_for(poll):
    """Each way of answering with what it is; written answers are for consultations."""
    is_binding = poll.effect == "binding"
    return [
        (kind, QuestionKind(kind).label, said)
        for kind, said in EXPLAINED.items()
        if not (is_binding and kind == QuestionKind.OPEN)
    ]


def question_page(request, poll, kind, found):
    more = request.POST.get("do") == "more"
    form = QuestionForm(request.POST or None, kind=kind, question=found, more=more)
    status = 200
    if request.method == "POST" and not more:
        if form.is_valid():
            said = _("The question is kept.")
            if attempt(
                request,
                said,
                polls.CannotPrepare,
                polls.save_question,
                poll,
                by=request.user,
                question=found,
                options=form.options,
                **form.words,
            ):
                return redirect(case_url(poll))
        status = 422
    context = {
        "poll": poll,
        "form": unjudged(form) if more else form,
        "question": found,
        "kind": QuestionKind(kind),
        "explained": EXPLAINED[kind],
    }
    return render(request, "votes/staff/question.html", context, status=status)


def unjudged(form):
    """With what was typed and without what is missing: more rows were asked for, nothing else."""
    form._errors = {}
    return form


@require_POST
@on_polls
def drop_question(request, municipality, pk, question):
    poll, away = own_draft_or_404(request, pk)
    if away:
        return away
    found = get_object_or_404(Question.objects.select_related("poll"), poll=poll, pk=question)
    said = _("The question is left out.")
    attempt(request, said, polls.CannotPrepare, drop, found, request.user)
    return redirect(case_url(poll))


def drop(found, person):
    polls.drop_question(found, by=person)
    return True


# --- Trustees and lots


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def trustees(request, municipality, pk):
    poll, away = draft_or_404(request, pk)
    if away:
        return away
    more = request.POST.get("do") == "more"
    form = TrusteesForm(request.POST or None, poll=poll, more=more)
    status = 200
    if request.method == "POST" and not more:
        if form.is_valid() and attempt(
            request,
            _("Those who keep the key are named."),
            polls.CannotPrepare,
            polls.set_trustees,
            poll,
            by=request.user,
            trustees=form.filled,
            custody=form.cleaned_data["custody"],
            keys_needed=form.cleaned_data["keys_needed"],
        ):
            return redirect(case_url(poll))
        status = 422
    context = {"poll": poll, "form": unjudged(form) if more else form}
    return render(request, "votes/staff/trustees.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def lots(request, municipality, pk):
    poll, away = draft_or_404(request, pk)
    if away:
        return away
    asked = poll.questions.exclude(kind=QuestionKind.OPEN).prefetch_related("options")
    questions = list(asked)
    is_again = bool(questions) and not any(needs_lots(one) for one in questions)
    form = LotsForm(request.POST or None, is_again=is_again)
    if (
        questions
        and form.is_valid()
        and attempt(
            request,
            _("The lots are drawn. Read the order aloud to those who are there."),
            polls.CannotPrepare,
            polls.draw_lots,
            poll,
            by=request.user,
            **form.cleaned_data,
        )
    ):
        return redirect("votes:lots", municipality.slug, pk)
    context = {"poll": poll, "form": form, "orders": [(one, order_of(one)) for one in questions]}
    return render(request, "votes/staff/lots.html", context, status=422 if form.is_bound else 200)


def order_of(question):
    titles = {option.code: option.title for option in question.options.all()}
    return [titles[code] for code in question.lots if code in titles]


# --- Documents, copies, models


@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def documents(request, municipality, pk):
    poll, away = draft_or_404(request, pk)
    if away:
        return away
    form = FilesForm(request.POST or None, request.FILES or None, poll=poll)
    if request.method == "POST" and form.is_valid():
        problems = files.change_documents(
            poll, by=request.user, add=form.cleaned_data["documents"], remove=form.removed
        )
        for problem in problems:
            messages.error(request, problem)
        messages.success(request, _("The documents are kept."))
        return redirect(case_url(poll))
    status = 422 if form.is_bound else 200
    return render(
        request, "votes/staff/documents.html", {"poll": poll, "form": form}, status=status
    )


@require_POST
@on_polls
def begin_from(request, municipality):
    """A poll from a model: one's own, or one of the region."""
    pk = number(request.POST.get("sample", ""))
    sample = pk and samples.sample_of(municipality, pk, by=request.user)
    if not sample:
        raise Http404
    poll = copies.clone(sample, by=request.user, to=municipality)
    messages.success(request, _("It begins from the model. Adapt its words and dates."))
    return redirect("votes:edit", municipality.slug, poll.pk)


@require_POST
@on_polls
def clone(request, municipality, pk):
    """A copy; or a model for later ones."""
    poll = poll_or_404(request, pk)
    is_template = request.POST.get("as") == "model"
    said = _("This is the copy. Adapt its dates.")
    if is_template:
        said = _("It is kept as a model: new votes may begin from it.")
    copy = attempt(
        request,
        said,
        polls.CannotPrepare,
        copies.clone,
        poll,
        by=request.user,
        is_template=is_template,
    )
    return redirect(case_url(copy or poll))


@require_safe
@on_polls
def preview(request, municipality, pk):
    """The ballot as voters will have it; nothing can be sent from here."""
    poll = poll_or_404(request, pk)
    form = BallotForm(definition=definition.shown(poll))
    return render(request, "votes/staff/preview.html", {"poll": poll, "groups": form.groups})

"""The recount of a table: the box, the acta, entering the papers, and what is to be settled."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from decide.common.permissions import require
from votes import counting, papers, readings
from votes.actions import paper_recount as actions
from votes.enums import EntryRole, TableStep
from votes.forms.paper_recount import ActaForm, ListForm, NoteForm, PaperForm
from votes.rules import why_not_recount
from votes.views.paper import for_those_who, table_or_404


LINES = 10
MEMBER = for_those_who("votes.recount_papers")


@require_http_methods(["GET", "HEAD", "POST"])
@MEMBER
def empty_box(request, municipality, pk):
    table = table_or_404(municipality, pk)
    if reason := why_not_recount(request.user, table):
        return back(request, table, str(reason))
    if request.method == "POST":
        try:
            actions.empty_box(table, by=request.user)
        except actions.CannotRecount as refusal:
            return back(request, table, str(refusal))
        messages.success(request, _("Written down. Now fill in the acta."))
        return redirect("votes:acta_of_table", municipality.slug, pk)
    return render(request, "votes/paper_box.html", {"table": table})


@require_http_methods(["GET", "HEAD", "POST"])
@MEMBER
def acta(request, municipality, pk):
    """The figures of the sheet that the officers have signed, and a photo of it."""
    table = table_or_404(municipality, pk)
    if reason := why_not_recount(request.user, table):
        return back(request, table, str(reason))
    if table.emptied_at is None or table.settled_at:
        return back(request, table, str(papers.step_of(table).label))
    form = ActaForm(
        request.POST or None, request.FILES or None, table=table, initial=as_signed(table)
    )
    sums = []
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            actions.sign(
                table,
                figures=form.figures,
                note=facts["note"],
                photo=facts["photo"],
                by=request.user,
            )
        except actions.SaysNoReason as refusal:
            sums = refusal.sums
            form.add_error("note", str(refusal))
        except actions.CannotRecount as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The acta is kept. Now two people enter the papers."))
            return redirect("votes:table", municipality.slug, pk)
    context = {"table": table, "form": form, "sums": sums}
    return render(request, "votes/paper_acta.html", context, status=422 if form.errors else 200)


@require_safe
@MEMBER
def sums(request, municipality, pk):
    """What does not add up so far, while somebody types; the server looks again when it is sent."""
    table = table_or_404(municipality, pk)
    figures = {name: request.GET.get(name, "").strip() for name in papers.FIGURES}
    if not all(one.isascii() and one.isdigit() and len(one) < 8 for one in figures.values()):
        return render(request, "votes/paper_acta.html#sums", {"waits": True})
    numbers = {name: int(one) for name, one in figures.items()}
    found = papers.what_does_not_add_up(table, numbers, papers.log_of(table))
    return render(request, "votes/paper_acta.html#sums", {"sums": found, "agrees": not found})


@require_http_methods(["GET", "HEAD", "POST"])
@MEMBER
def enter(request, municipality, pk):
    """One paper on each screen: saving it brings the next. The part is taken by a press."""
    table = table_or_404(municipality, pk)
    part = part_of(table, request.user)
    if part is None:
        return begin(request, table)
    waiting = actions.left_to_enter(part)
    if not waiting:
        return back(request, table)
    chosen, questions = sheet_of(request, table)
    if request.method == "POST" and request.POST.get("do") == "save":
        form = PaperForm(request.POST, questions=questions)
        if form.is_valid() and agrees_or_insists(request, table, part, form):
            number = form.cleaned_data["number"]
            if refusal := entered(part, {number: form.answers}, request.user):
                form.add_error(None, refusal)
            else:
                messages.success(request, said(number, questions, form.answers, form.notes))
                return redirect(on_sheet(request.path, chosen))
    else:
        form = PaperForm(questions=questions, initial={"number": waiting[0]})
    context = {
        "table": table,
        "part": part,
        "form": form,
        "number": form["number"].value(),
        "done": part.entries.count(),
        "of": part.entries.count() + len(waiting),
        "is_third": part.role == EntryRole.THIRD,
        "sheets": sheets_of(table),
        "chosen": chosen,
    }
    return render(request, "votes/paper_enter.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@MEMBER
def enter_list(request, municipality, pk):
    """Ten papers on a screen, in codes: for whoever types fast."""
    table = table_or_404(municipality, pk)
    part = part_of(table, request.user)
    if part is None or part.role == EntryRole.THIRD:
        return redirect("votes:enter", municipality.slug, pk)
    waiting = actions.left_to_enter(part)
    if not waiting:
        return back(request, table)
    numbers, (chosen, questions) = waiting[:LINES], sheet_of(request, table)
    form = ListForm(request.POST or None, questions=questions, numbers=numbers)
    if request.method == "POST" and form.is_valid():
        if refusal := entered(part, form.read, request.user):
            form.add_error(None, refusal)
        else:
            for number, answers in form.read.items():
                messages.success(request, said(number, questions, answers))
            return redirect(on_sheet(request.path, chosen))
    context = {
        "table": table,
        "form": form,
        "questions": questions,
        "done": table.papers - len(waiting),
        "sheets": sheets_of(table),
        "chosen": chosen,
    }
    return render(request, "votes/paper_list.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@MEMBER
def settle(request, municipality, pk):
    """Blank or void papers differ from the acta: staff write why, and it is published."""
    return with_note(request, municipality, pk, actions.settle, "note", TableStep.TOTALS)


@require_http_methods(["GET", "HEAD", "POST"])
@MEMBER
def enter_afresh(request, municipality, pk):
    """Everything is to be entered once more: staff write why, and it is published."""
    return with_note(request, municipality, pk, actions.enter_afresh, "why", None)


def with_note(request, municipality, pk, action, argument, step):
    require(request.user, "votes.work_on_polls", municipality)
    table = table_or_404(municipality, pk)
    now = papers.step_of(table)
    if now not in ({step} if step else {TableStep.ENTRIES, TableStep.THIRD, TableStep.TOTALS}):
        return back(request, table, str(now.label))
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            action(table, by=request.user, **{argument: form.cleaned_data["note"]})
        except actions.CannotRecount as refusal:
            return back(request, table, str(refusal))
        messages.success(request, _("Done; your note is kept."))
        return redirect("votes:table", municipality.slug, pk)
    totals = papers.totals_of(papers.as_counted(table)) if step else None
    context = {"table": table, "form": form, "totals": totals}
    return render(request, "votes/paper_settle.html", context, status=422 if form.errors else 200)


# --- Which paper ballot lies there: not every district is asked the same


def sheets_of(table):
    return papers.sheets_of(papers.questions_of(table))


def sheet_of(request, table):
    """Of which district the papers are that are entered now, and the questions on them."""
    questions, sheets = papers.questions_of(table), sheets_of(table)
    if not sheets:
        return "", questions
    chosen = request.GET.get("cedula", "")
    chosen = chosen if chosen in sheets else next(iter(sheets))
    return chosen, counting.asked_in(questions, chosen)


def on_sheet(path, chosen):
    return f"{path}?{urlencode({'cedula': chosen})}" if chosen else path


# --- Pieces


def back(request, table, why=""):
    if why:
        messages.error(request, why)
    return redirect("votes:table", table.municipality.slug, table.pk)


def as_signed(table):
    return {name: getattr(table, name) for name in papers.FIGURES} if table.signed_at else None


def part_of(table, user):
    part = table.parts.filter(round=table.round, by=user).first()
    if part:
        part.table = table
    return part


def begin(request, table):
    """Taking a part is a press of a button: who only looks takes nobody's place."""
    if request.method == "POST":
        try:
            actions.take_part(table, by=request.user)
        except actions.CannotRecount as refusal:
            return back(request, table, str(refusal))
        return redirect("votes:enter", table.municipality.slug, table.pk)
    return back(request, table)


def entered(part, read, user):
    """Why it could not be entered, or nothing."""
    try:
        actions.enter(part, read=read, by=user)
    except actions.CannotRecount as refusal:
        return str(refusal)
    return ""


def agrees_or_insists(request, table, part, form):
    """The third person, who reads neither as the one nor as the other, looks twice."""
    if part.role != EntryRole.THIRD or request.POST.get("sure"):
        return True
    before = papers.read_in(table).get(form.cleaned_data["number"], {})
    questions = papers.questions_of(table)
    if any(readings.same(questions, form.answers, one) for one in before.values()):
        return True
    form.add_error(
        None,
        _(
            "Neither of the two read this paper like that. Look at it again; if it is so, tick below."
        ),
    )
    form.asks_if_sure = True
    return False


def said(number, questions, answers, notes=()):
    read = " · ".join(
        dict(notes).get(question["id"]) or readings.told(question, answers[question["id"]])
        for question in questions
        if question["id"] in answers
    )
    return _("Paper %(number)d: %(read)s") % {"number": number, "read": read}

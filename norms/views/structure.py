"""The text of a draft norm: brought in, looked at, put right, and published as a version."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from decide.common.typed import number
from norms import checks, matching, plain
from norms.actions import parts as actions, versions
from norms.actions.norms import CannotNorm
from norms.forms.versions import CutForm, ImportForm, PartForm, PublishVersionForm
from norms.rules.norms import why_not_final, why_not_new_version
from norms.views.norms import norm_or_404, staff_of_norms
from norms.views.staff import away, shown_and_sent, status_of, to_manage


A_PAGE = 50
PROVISIONS_A_PAGE = 20
HARDEST = 10
LEVEL = "\u2003\u2003"  # how far each level is set in on the page


def draft_or_back(request, pk):
    """The norm and its version in preparation; or the way on, if there is none."""
    norm = norm_or_404(request, pk)
    if norm.draft is not None:
        norm.draft.norm = norm
        return norm, norm.draft, None
    reason = why_not_new_version(norm)
    if reason or request.method == "POST":
        return norm, None, away(request, norm, reason or _("There is no text yet: bring it in."))
    return norm, None, redirect("norms:import_text", norm.municipality.slug, norm.pk)


def part_or_404(version, pk):
    part = get_object_or_404(version.parts, pk=pk)
    part.version = version
    return part


def to_structure(norm, part=None):
    """The structure, at the page and the place of a part."""
    address = reverse("norms:structure", args=[norm.municipality.slug, norm.pk])
    if part is None:
        return redirect(address)
    before = norm.draft.parts.filter(position__lt=part.position).count()
    return redirect(f"{address}?page={before // A_PAGE + 1}#parte-{part.pk}")


# --- The text comes in


@shown_and_sent
@staff_of_norms
def import_text(request, municipality, pk):
    norm = norm_or_404(request, pk)
    if reason := why_not_new_version(norm):
        return away(request, norm, reason)
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            versions.import_text(norm, by=request.user, **form.cleaned_data)
        except versions.CannotImport as reason:
            form.add_error(reason.field, str(reason))
        except CannotNorm as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("This is what was found. Look at it and put it right."))
            return redirect("norms:structure", municipality.slug, norm.pk)
    context = {"norm": norm, "form": form, "draft": norm.draft, "current": norm.current}
    return render(request, "norms/staff/import.html", context, status=status_of(form))


@require_POST
@staff_of_norms
def copy_version(request, municipality, pk):
    norm = norm_or_404(request, pk)
    try:
        versions.copy_current(norm, by=request.user)
    except CannotNorm as reason:
        return away(request, norm, reason)
    messages.success(request, _("This is a copy of the version that everybody reads. Change it."))
    return redirect("norms:structure", municipality.slug, norm.pk)


# --- It is looked at and put right


@shown_and_sent
@staff_of_norms
def structure(request, municipality, pk):
    norm, version, elsewhere = draft_or_back(request, pk)
    if elsewhere:
        return elsewhere
    if request.method == "POST":
        return change_place(request, norm, version)
    parts = list(version.parts.all())
    page = Paginator(parts, A_PAGE).get_page(request.GET.get("page"))
    warned = checks.look_over(parts)
    at = {part.pk: place // A_PAGE + 1 for place, part in enumerate(parts)}
    of_part = {}
    for one in warned:
        of_part.setdefault(one.part.pk, []).append(one)
    context = {
        "norm": norm,
        "version": version,
        "page": page,
        "rows": [row_of(part, of_part.get(part.pk, []), parts) for part in page.object_list],
        "warned": [(one, at[one.part.pk]) for one in warned],
        "provisions": sum(not part.is_heading for part in parts),
        "count": len(parts),
    }
    return render(request, "norms/staff/structure.html", context)


def row_of(part, warned, parts):
    report = None if part.is_heading else plain.report([part.text])
    return {
        "part": part,
        "lines": shown_lines(part),
        "warned": warned,
        "hard": len(report.hard) if report else 0,
        "is_first": part is parts[0],
        "is_last": part is parts[-1],
    }


def shown_lines(part):
    return [LEVEL * (len(line) - len(line.lstrip("\t"))) + line.lstrip("\t") for line in part.lines]


def change_place(request, norm, version):
    """What one button does to one part: up, down, or joined with the one before."""
    do, _sep, pk = request.POST.get("do", "").partition(":")
    part = version.parts.filter(pk=number(pk) or 0).first()
    if part is None:
        messages.error(request, _("A colleague has taken this part out meanwhile."))
        return to_structure(norm)
    try:
        match do:
            case "up" | "down":
                part = actions.move(part, by=request.user, up=do == "up")
            case "join":
                part = actions.join(part, by=request.user)
            case _:
                raise Http404
    except actions.CannotChange as reason:
        messages.error(request, str(reason))
    return to_structure(norm, part)


@shown_and_sent
@staff_of_norms
def edit_part(request, municipality, pk, part):
    norm, version, elsewhere = draft_or_back(request, pk)
    if elsewhere:
        return elsewhere
    part = part_or_404(version, part)
    if request.method == "POST" and request.POST.get("do") == "remove":
        return take_out(request, norm, part)
    form = PartForm(request.POST or None, part=part)
    if form.is_valid():
        try:
            part = actions.change(part, by=request.user, **form.cleaned_data)
        except actions.CannotChange as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Your changes are kept."))
            return to_structure(norm, part)
    context = {"norm": norm, "part": part, "form": form, "can_cut": len(part.lines) > 1}
    return render(request, "norms/staff/part.html", context, status=status_of(form))


def take_out(request, norm, part):
    try:
        actions.take_out(part, by=request.user)
    except actions.CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("It is taken out."))
    return to_structure(norm)


@shown_and_sent
@staff_of_norms
def add_part(request, municipality, pk):
    norm, version, elsewhere = draft_or_back(request, pk)
    if elsewhere:
        return elsewhere
    after = version.parts.filter(pk=number(request.GET.get("despues")) or 0).first()
    form = PartForm(request.POST or None)
    if form.is_valid():
        try:
            part = actions.add(
                version, by=request.user, after=after and after.pk, **form.cleaned_data
            )
        except actions.CannotChange as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("It is added."))
            return to_structure(norm, part)
    context = {"norm": norm, "after": after, "form": form}
    return render(request, "norms/staff/part.html", context, status=status_of(form))


@shown_and_sent
@staff_of_norms
def cut_part(request, municipality, pk, part):
    norm, version, elsewhere = draft_or_back(request, pk)
    if elsewhere:
        return elsewhere
    part = part_or_404(version, part)
    form = CutForm(request.POST or None, part=part)
    if form.is_valid():
        try:
            new = actions.cut(part, by=request.user, line=form.cleaned_data["line"])
        except actions.CannotChange as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("It is cut in two. Say what the second part is called."))
            return redirect("norms:edit_part", municipality.slug, norm.pk, new.pk)
    context = {"norm": norm, "part": part, "form": form}
    return render(request, "norms/staff/cut.html", context, status=status_of(form))


# --- It is published


@shown_and_sent
@staff_of_norms
def publish_version(request, municipality, pk):
    norm, version, elsewhere = draft_or_back(request, pk)
    if elsewhere:
        return elsewhere
    parts = list(version.parts.all())
    articles = matching.articles_of(version)
    proposed = matching.propose(version)
    form = PublishVersionForm(
        request.POST or None,
        parts=[part for part in parts if not part.is_heading],
        proposed=proposed,
        offered=matching.offers(version) if articles else {},
        articles=articles,
        may_be_final=why_not_final(norm) is None,
    )
    if form.is_valid() and settled(request, form, version):
        return to_manage(norm)
    kept = {pk for pk in proposed.values() if pk}
    context = {
        "norm": norm,
        "version": version,
        "form": form,
        "warned": checks.look_over(parts),
        "dropped": [article for pk, article in articles.items() if pk not in kept],
        "provisions": len(proposed),
    }
    return render(request, "norms/staff/publish_version.html", context, status=status_of(form))


def settled(request, form, version):
    try:
        versions.publish_version(
            version,
            by=request.user,
            is_final=form.cleaned_data.get("is_final", False),
            what_changed=form.cleaned_data["what_changed"],
            matches=form.matches,
        )
    except versions.CannotPublishVersion as reason:
        form.add_error(None, str(reason))
        return False
    messages.success(request, _("The version is settled: its text does not change any more."))
    return True


# --- How hard it is to read


@require_safe
@staff_of_norms
def plain_language(request, municipality, pk):
    """The hardest sentences, and each provision with its own; of the draft, or what is published."""
    norm = norm_or_404(request, pk)
    version = norm.draft or norm.current
    parts = list(version.parts.provisions()) if version else []
    reports = [(part, plain.report([part.text])) for part in parts if part.text]
    hardest = sorted(
        ((part, one) for part, report in reports for one in report.hard),
        key=lambda found: (-found[1].points, -found[1].words),
    )
    page = Paginator(reports, PROVISIONS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "norm": norm,
        "version": version,
        "whole": plain.report(part.text for part in parts),
        "hardest": hardest[:HARDEST],
        "hard": len(hardest),
        "page": page,
        "can_change": version is not None and version == norm.draft,
    }
    return render(request, "norms/staff/plain.html", context)

from allauth.core import ratelimit
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from decide.common import workdays
from municipalities.middleware import municipality_or_404
from proposals import intake
from proposals.enums import IntakeClass
from proposals.forms.citizen import IntakeForm


LEGAL_DAYS = 30  # Ley 27972, article 118
LEADS_TO = {
    IntakeClass.PROPOSAL: "proposals:write",
    IntakeClass.WORK: "proposals:work",
    IntakeClass.COMPLAINT: "proposals:complaint",
    IntakeClass.JOB: "proposals:job",
}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request, municipality_slug):
    """What brings you here? The answer is counted, and leads to the right place."""
    municipality = municipality_or_404(request)
    form = IntakeForm(request.POST or None)
    if form.is_valid():
        chosen = form.cleaned_data["intake"]
        note_once(request, municipality, chosen)
        return redirect(LEADS_TO[IntakeClass(chosen)], municipality_slug)
    counts = intake.intake_counts(municipality)
    status = 422 if form.is_bound else 200
    context = {"form": form, "counts": [(kind.label, n) for kind, n in counts.items()]}
    return render(request, "proposals/new.html", context, status=status)


def note_once(request, municipality, chosen):
    """Once a day for each class and browser, so that going back and forth does not count."""
    key = f"intake:{municipality.pk}:{chosen}"
    today = timezone.localdate().isoformat()
    if not municipality.is_open or request.session.get(key) == today:
        return
    request.session[key] = today
    if ratelimit.consume(request, action="intake"):  # or somebody counts without end
        by = request.user if request.user.is_authenticated else None
        intake.note(municipality, chosen, by=by)


@require_safe
def work(request, municipality_slug):
    municipality_or_404(request)
    return render(request, "proposals/work.html")


@require_safe
def complaint(request, municipality_slug):
    municipality_or_404(request)
    due = workdays.after(timezone.localdate(), LEGAL_DAYS)
    return render(request, "proposals/complaint.html", {"due": due})


@require_safe
def job(request, municipality_slug):
    municipality_or_404(request)
    return render(request, "proposals/job.html")

"""What a process decided, and what became of it, as staff write it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from processes.actions import outcomes as acts
from processes.forms.outcomes import OutcomeForm, ReviewForm
from processes.rules.processes import why_not_outcome
from processes.views.processes import process_or_404, staff_of_processes


shown_and_sent = require_http_methods(["GET", "HEAD", "POST"])


@shown_and_sent
@staff_of_processes
def outcome(request, municipality, pk):
    """Published once; everyone who took part hears of it."""
    process = process_or_404(request, pk)
    if reason := why_not_outcome(process):
        messages.error(request, reason)
        return redirect("processes:manage", municipality.slug, pk)
    form = OutcomeForm(request.POST or None)
    if form.is_valid():
        try:
            acts.publish(process, by=request.user, **form.cleaned_data)
        except acts.CannotPublish as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("It is published, and everyone who took part is told."))
            return redirect(f"{process.get_absolute_url()}#resultado")
    context = {"process": process, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "processes/staff/outcome.html", context, status=status)


@shown_and_sent
@staff_of_processes
def review(request, municipality, pk):
    """Added beside what was said before."""
    process = process_or_404(request, pk)
    if not hasattr(process, "outcome"):
        raise Http404
    form = ReviewForm(request.POST or None)
    if form.is_valid():
        try:
            acts.review(process.outcome, by=request.user, **form.cleaned_data)
        except acts.CannotPublish as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("It is added, and who follows the process is told."))
            return redirect(f"{process.get_absolute_url()}#resultado")
    reviews = list(process.outcome.reviews.order_by("-at", "-pk"))
    context = {"process": process, "outcome": process.outcome, "reviews": reviews, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "processes/staff/review.html", context, status=status)

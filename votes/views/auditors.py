"""A file with which auditors open the sealed ballots again, on a machine of their own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from votes.actions import auditors
from votes.enums import UrnState
from votes.forms.auditors import AuditorsForm
from votes.views.polls import poll_or_404
from votes.views.staff import case_url, on_polls


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@on_polls
def hand_over(request, municipality, pk):
    poll = poll_or_404(request, pk)
    if poll.urn.state != UrnState.OPENED:
        messages.error(request, _("There is nothing to recount before the urn has been opened."))
        return redirect(case_url(poll))
    form = AuditorsForm(request.POST or None)
    if form.is_valid():
        try:
            data = auditors.hand_over(poll, by=request.user, to=form.cleaned_data["to"])
        except auditors.CannotHandOver as problem:
            messages.error(request, str(problem))
            return redirect(case_url(poll))
        name = f"veedores-{poll.pk}.zip"
        return HttpResponse(
            data,
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    status = 422 if form.is_bound else 200
    return render(request, "votes/staff/auditors.html", {"poll": poll, "form": form}, status=status)

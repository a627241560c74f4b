"""What a municipality shows for a transfer: who came, how people were told, and the evidence of each."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.actions import activities, evidence as evidences
from agreements.forms.showing import OutreachForm
from agreements.forms.transfers import HoldForm
from agreements.forms.work import EvidenceForm
from agreements.showing import OF, to_show
from agreements.views.practices_town import asked, back_to, staff_of_town, transfer_or_404
from agreements.views.work_town import warn_of_other_uses


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_town
def show(request, municipality, pk, word, of):
    """The evidence of one thing, and more of it from a telephone."""
    transfer = transfer_or_404(municipality, pk)
    if word not in OF:
        raise Http404
    name, _model = OF[word]
    thing = get_object_or_404(to_show(transfer)[word], pk=of)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            shown = evidences.add(
                municipality, by=request.user, **{name: thing}, **form.cleaned_data
            )
        except evidences.CannotShow as problem:
            form.add_error("upload", str(problem))
        else:
            messages.success(request, _("It is kept. Somebody of the region looks at it."))
            warn_of_other_uses(request, shown)
            return redirect("agreed:show_evidence", municipality.slug, pk, word, of)
    context = {
        "transfer": transfer,
        "thing": thing,
        "evidence": thing.evidence.order_by("pk"),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "agreements/practices/show.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_town
def hold(request, municipality, pk, activity):
    """An activity took place: who came, in counts, and what was decided."""
    transfer = transfer_or_404(municipality, pk)
    found = get_object_or_404(transfer.activities, pk=activity)
    form = HoldForm(request.POST or None)

    def act(values):
        activities.hold(found, by=request.user, **values)
        return transfer

    return asked(
        request,
        form,
        act,
        title=found.title,
        button=_("It took place"),
        back=back_to(transfer),
        lead=_("Count people; write down nobody's name."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_town
def tell(request, municipality, pk):
    """How people were told: by radio, loudspeaker, posters, in an assembly…"""
    transfer = transfer_or_404(municipality, pk)
    form = OutreachForm(request.POST or None)

    def act(values):
        activities.tell_people(municipality, by=request.user, transfer=transfer, **values)
        return transfer

    return asked(
        request,
        form,
        act,
        title=_("How people were told"),
        button=_("Write it down"),
        back=back_to(transfer),
    )

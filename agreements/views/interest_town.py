"""A municipality says that it is interested, and takes it back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agreements.actions import interest as actions
from agreements.forms.interest import InterestForm
from agreements.models import Interest
from agreements.views.baseline_town import staff_or_refused


A_PAGE = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request, municipality_slug):
    municipality, refusal = staff_or_refused(request)
    if refusal:
        return refusal
    form = InterestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.express(municipality, by=request.user, **form.cleaned_data)
        except actions.CannotExpress as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is published, and the region has been told."))
            return redirect("agreed:interests", municipality.slug)
    rows = Interest.objects.filter(municipality=municipality).select_related("practice")
    context = {
        "form": form,
        "interests": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "agreements/priorities/interest.html", context, status=status)


@require_POST
def withdraw(request, municipality_slug, pk):
    municipality, refusal = staff_or_refused(request)
    if refusal:
        return refusal
    interest = get_object_or_404(Interest, municipality=municipality, pk=pk)
    try:
        actions.withdraw(interest, by=request.user)
    except actions.CannotExpress as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is withdrawn."))
    return redirect("agreed:interests", municipality.slug)

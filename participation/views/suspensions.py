"""Who may not take part here for some days, and how the conversation is run."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Suspension
from participation.actions import moderation
from participation.forms.moderation import ConversationSettingsForm
from participation.rules.moderation import settings_of
from participation.views.moderation_desk import crumbs_of, desk


PER_PAGE = 25


@require_safe
@desk()
def index(request, municipality):
    """Those that hold now first, then the past ones."""
    everybody = Suspension.objects.filter(municipality=municipality)
    listed = everybody.select_related("user", "by", "lifted_by", "decision")
    page = Paginator(listed.order_by("-ends_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "current": set(everybody.current().values_list("pk", flat=True)),
        "crumbs": crumbs_of(municipality, _("Suspensions")),
    }
    return render(request, "participation/moderation/suspensions.html", context)


@require_POST
@desk()
def lift(request, municipality, pk):
    suspension = get_object_or_404(Suspension, pk=pk, municipality=municipality)
    try:
        moderation.lift(suspension, by=request.user)
    except moderation.CannotModerate as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Lifted. The person can take part again, and has been told."))
    return redirect("participation:suspensions", municipality.slug)


@desk("participation.set_conversation")
def rules_of_conversation(request, municipality):
    """How many flags hide, how long an account is new, whose reactions order a page."""
    form = ConversationSettingsForm(
        request.POST if request.method == "POST" else None, instance=settings_of(municipality.pk)
    )
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("participation:conversation_rules", municipality.slug)
    context = {"form": form, "crumbs": crumbs_of(municipality, _("Rules for conversation"))}
    status = 422 if form.errors else 200
    return render(request, "participation/moderation/rules.html", context, status=status)

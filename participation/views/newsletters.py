"""Newsletters: the public archive, and where administrators write and send them."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from municipalities.middleware import municipality_or_404
from participation.actions import newsletters as actions
from participation.audience import people_of
from participation.forms.newsletters import NewsletterForm, ScheduleForm
from participation.models import Newsletter


A_PAGE = 20


# --- for everybody


@require_safe
def archive(request, municipality_slug):
    municipality = municipality_or_404(request)
    sent = Newsletter.objects.sent().filter(municipality=municipality).order_by("-started_at")
    page = Paginator(sent.defer("text"), A_PAGE).get_page(request.GET.get("page"))
    for newsletter in page:
        newsletter.municipality = municipality
    context = {"municipality": municipality, "page": page}
    return render(request, "participation/newsletters.html", context)


@require_safe
def newsletter(request, municipality_slug, pk, title):
    """One that has been sent, as it went out."""
    municipality = municipality_or_404(request)
    sent = Newsletter.objects.sent().select_related("municipality")
    found = get_object_or_404(sent, pk=pk, municipality=municipality)
    if request.path != found.get_absolute_url():
        return redirect(found, permanent=True)
    context = {"municipality": municipality, "newsletter": found}
    return render(request, "participation/newsletter.html", context)


# --- for administrators of the municipality


def desk(view):
    """To others these pages do not exist."""

    @wraps(view)
    def inside(request, municipality_slug, **kwargs):
        municipality = municipality_or_404(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.has_perm("participation.write_newsletters", municipality):
            raise Http404
        return view(request, municipality, **kwargs)

    return inside


def one_of(municipality, pk):
    found = Newsletter.objects.with_counts().select_related(
        "municipality", "scheduled_by", "stopped_by"
    )
    return get_object_or_404(found, pk=pk, municipality=municipality)


@require_safe
@desk
def index(request, municipality):
    written = Newsletter.objects.filter(municipality=municipality).with_counts().defer("text")
    written = written.order_by("-created_at", "-pk")
    page = Paginator(written, A_PAGE).get_page(request.GET.get("page"))
    context = {"municipality": municipality, "page": page}
    return render(request, "participation/newsletter_desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def write(request, municipality):
    # Other rooms link here with a text that is begun: a vote, for those who are invited to it.
    begun = {name: request.GET.get(name, "").replace("\x00", "") for name in ("subject", "text")}
    form = NewsletterForm(request.POST or None, initial=begun)
    if form.is_valid():
        made = actions.write(municipality, **form.cleaned_data, by=request.user)
        return redirect("participation:newsletter_case", municipality.slug, made.pk)
    return form_page(request, municipality, form)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def edit(request, municipality, pk):
    found = one_of(municipality, pk)
    if not found.is_draft:
        return redirect("participation:newsletter_case", municipality.slug, pk)
    form = NewsletterForm(request.POST or None, instance=found)
    if form.is_valid():
        attempt(request, _("Saved."), actions.change, found, **form.cleaned_data)
        return redirect("participation:newsletter_case", municipality.slug, pk)
    return form_page(request, municipality, form, pk)


def form_page(request, municipality, form, pk=None):
    context = {
        "municipality": municipality,
        "form": form,
        "pk": pk,
        "crumbs": crumbs(municipality, _("Write")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "participation/newsletter_form.html", context, status=status)


@require_safe
@desk
def case(request, municipality, pk):
    """How it looks, to whom it goes, and once it is on its way how far it is."""
    return case_page(request, municipality, one_of(municipality, pk), ScheduleForm())


def case_page(request, municipality, found, form, status=200):
    context = {
        "municipality": municipality,
        "newsletter": found,
        "form": form,
        "reach": people_of(found).count() if found.started_at is None else None,
        "waiting": found.copy_count - found.sent_count - found.failed_count - found.kept_back_count,
        "crumbs": crumbs(municipality, found.subject),
    }
    template = "participation/newsletter_case.html" + ("#progress" if request.htmx else "")
    return render(request, template, context, status=status)


@require_POST
@desk
def try_out(request, municipality, pk):
    found = one_of(municipality, pk)
    done = _("The test is on its way to %(email)s.") % {"email": request.user.email}
    attempt(request, done, actions.try_out, found, by=request.user)
    return redirect("participation:newsletter_case", municipality.slug, pk)


@require_POST
@desk
def schedule(request, municipality, pk):
    """At a moment, or now."""
    found = one_of(municipality, pk)
    now = "now" in request.POST
    form = ScheduleForm(request.POST, now=now)
    if not form.is_valid():
        return case_page(request, municipality, found, form, status=422)
    at = form.cleaned_data["at"]
    done = _("It is going out.") if now else _("Its moment is set.")
    attempt(request, done, actions.schedule, found, at=at, by=request.user)
    return redirect("participation:newsletter_case", municipality.slug, pk)


@require_POST
@desk
def call_off(request, municipality, pk):
    found = one_of(municipality, pk)
    attempt(request, _("Called off. It is a draft again."), actions.call_off, found)
    return redirect("participation:newsletter_case", municipality.slug, pk)


@require_POST
@desk
def stop(request, municipality, pk):
    done = _("Stopped. Who has not got it yet will not get it.")
    attempt(request, done, actions.stop, one_of(municipality, pk), by=request.user)
    return redirect("participation:newsletter_case", municipality.slug, pk)


@require_POST
@desk
def delete(request, municipality, pk):
    if attempt(request, _("The draft is deleted."), actions.delete, one_of(municipality, pk)):
        return redirect("participation:newsletter_desk", municipality.slug)
    return redirect("participation:newsletter_case", municipality.slug, pk)


def attempt(request, done, act, *args, **kwargs):
    """Do it and say so, or say why not."""
    try:
        act(*args, **kwargs)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def crumbs(municipality, name):
    address = reverse("participation:newsletter_desk", args=[municipality.slug])
    return [(_("Newsletters"), address), (name, None)]

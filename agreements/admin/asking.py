"""A button of the admin that asks one question on a page of its own, and then calls an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect  # noqa: TID251  the admin's pages are views
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from agreements.actions.convenios import CannotChange
from decide.common.permissions import Refusal


class ReasonForm(forms.Form):
    """Why; the history keeps it."""

    reason = forms.CharField(
        label=_("Why? (its parties read it)"),
        max_length=1_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class OfAThing(forms.Form):
    """A form whose choices are those of one row."""

    def __init__(self, *args: Any, thing: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing = thing


def choice(label: Any, queryset: Any, **kwargs: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label, queryset=queryset, widget=UnfoldAdminSelectWidget, **kwargs
    )


def words(label: Any, *, rows: int = 0, **kwargs: Any) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": rows}) if rows else UnfoldAdminTextInputWidget
    return forms.CharField(label=label, widget=widget, **kwargs)


def day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=UnfoldAdminDateWidget, **kwargs)


def upload(label: Any, **kwargs: Any) -> forms.FileField:
    return forms.FileField(label=label, widget=UnfoldAdminFileFieldWidget, **kwargs)


class Asking:
    """For a page of the admin whose buttons call actions."""

    # Those that only read: observers have them too.
    reading_buttons: tuple[str, ...] = ()

    def ask(
        self,
        request: Any,
        object_id: Any,
        title: Any,
        act: Callable[..., Any],
        form_class: type[forms.Form] = forms.Form,
        **more: Any,
    ) -> Any:
        """Nothing changes on GET; what the action refuses is said above the form."""
        thing = self.get_object(request, object_id)
        if thing is None or not self.has_change_permission(request, thing):
            raise PermissionDenied
        values = {"thing": thing} if issubclass(form_class, OfAThing) else {}
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = form_class(*sent, **values)
        if sent and form.is_valid():
            try:
                act(thing, **form.cleaned_data)
            except (CannotChange, Refusal) as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Done: %(what)s.") % {"what": title})
                return HttpResponseRedirect(self.address_of(thing))
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "form": form,
            "original": thing,
            "back": self.address_of(thing),
            "opts": self.opts,
            **more,
        }
        return TemplateResponse(request, "admin/agreements/ask.html", context)

    def address_of(self, thing: Any) -> str:
        return reverse(f"admin:agreements_{self.opts.model_name}_change", args=[thing.pk])

    def open_buttons(self, request: Any, thing: Any) -> set[str]:
        """The names of the buttons that are of use now."""
        raise NotImplementedError

    def get_actions_detail(self, request: Any, object_id: Any) -> list[Any]:
        thing = self.get_object(request, object_id)
        if thing is None:
            return []
        useful = (
            self.open_buttons(request, thing)
            if self.has_change_permission(request, thing)
            else set(self.reading_buttons)
        )
        names = {f"agreements_{self.opts.model_name}_{name}" for name in useful}
        found = super().get_actions_detail(request, object_id)
        return [one for one in found if one.action_name in names]

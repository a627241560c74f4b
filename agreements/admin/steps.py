"""One question on a page of its own, then an action: nothing changes on GET, nor by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect  # noqa: TID251  the admin's pages are views
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from unfold import widgets

from decide.common.permissions import Refusal


class ReasonForm(forms.Form):
    """Why; the history keeps it."""

    reason = forms.CharField(
        label=gettext_lazy("Why? (people may read it)"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NothingForm(forms.Form):
    """Only to be confirmed."""


DRESS = {
    forms.TextInput: widgets.UnfoldAdminTextInputWidget,
    forms.EmailInput: widgets.UnfoldAdminEmailInputWidget,
    forms.NumberInput: widgets.UnfoldAdminIntegerFieldWidget,
    forms.Textarea: widgets.UnfoldAdminTextareaWidget,
    forms.Select: widgets.UnfoldAdminSelectWidget,
    forms.RadioSelect: widgets.UnfoldAdminRadioSelectWidget,
    forms.SelectMultiple: widgets.UnfoldAdminSelectMultipleWidget,
    forms.CheckboxInput: widgets.UnfoldBooleanWidget,
}


def dressed(form: forms.Form) -> forms.Form:
    """The form with the admin's widgets; days and what else is not known keep their own."""
    for field in form.fields.values():
        made = DRESS.get(type(field.widget))
        if made is None:
            continue
        attrs = {k: v for k, v in field.widget.attrs.items() if k != "class"}
        if isinstance(field, forms.ChoiceField):
            choices = field.choices
            field.widget = made(attrs=attrs, choices=choices)
            field.choices = choices
        else:
            field.widget = made(attrs=attrs)
        field.widget.is_required = field.required
    return form


class Asks:
    """Before RegionalAdmin: buttons of a row open a question and go through an action."""

    def ask(
        self,
        request: Any,
        object_id: Any,
        make: Callable[[Any, Any], forms.Form],
        title: Any,
        act: Callable[..., Any],
        lead: Any = "",
    ) -> Any:
        """`make(row, data)` gives the form, `act(row, **values)` does it."""
        row = self.get_object(request, object_id)
        if row is None or not self.has_action_permission(request):
            raise PermissionDenied
        form = dressed(make(row, request.POST if request.method == "POST" else None))
        if request.method == "POST" and form.is_valid():
            try:
                act(row, **form.cleaned_data)
            except Refusal as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Done: %(what)s.") % {"what": title})
                return HttpResponseRedirect(self.page_of(row))
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "lead": lead,
            "form": form,
            "original": row,
            "opts": self.opts,
            "back": self.page_of(row),
        }
        return TemplateResponse(request, "admin/agreements/ask.html", context)

    def has_action_permission(self, request: Any) -> bool:
        """Planners act also on what is no longer changed field by field."""
        return self.may(request, None, self.editors, self.regional_editors)

    def page_of(self, row: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    def useful(self, row: Any) -> set[str]:
        """The names of the buttons that may do something now."""
        raise NotImplementedError

    def get_actions_detail(self, request: Any, object_id: Any) -> list:
        row = self.get_object(request, object_id)
        if row is None or not self.has_action_permission(request):
            return []
        of_model = f"{self.opts.app_label}_{self.opts.model_name}"
        names = {f"{of_model}_{name}" for name in self.useful(row)}
        found = super().get_actions_detail(request, object_id)
        return [one for one in found if one.action_name in names]


def with_reason(_row: Any, data: Any) -> forms.Form:
    return ReasonForm(data)


def with_nothing(_row: Any, data: Any) -> forms.Form:
    return NothingForm(data)

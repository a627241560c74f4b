from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ImportForm(forms.Form):
    use_required_attribute = False

    file = forms.FileField(
        label=_("The .pb file"),
        help_text=_("As Pabulib publishes them: META, PROJECTS and VOTES."),
        error_messages={"required": _("Choose the file.")},
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=160,
        required=False,
        help_text=_("Where and when it was. Without one, what the file says."),
    )

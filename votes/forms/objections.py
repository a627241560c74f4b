from django import forms
from django.utils.translation import gettext_lazy as _


class ObjectionForm(forms.Form):
    """What somebody objects to; votes.actions.objections reads it for what may not stand there."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("What do you object to?"),
        max_length=3_000,
        help_text=_(
            "Say what happened, where and when, and what should be put right. It is published under"
            " your name, without anybody's personal data."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write what you object to.")},
    )

import re

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import handles
from accounts.actions.handles import is_kept
from accounts.enums import Shown
from accounts.forms.joining import DisplayNameField
from accounts.models import User
from accounts.names import LONG_NUMBER


OLDEST = 115
EMAIL_LIKE = re.compile(r"\S@\S+\.\w")
HANDLE_TAKEN = _(
    "This name is taken, or somebody had it before. Try it with another word or a number."
)


class ProfileForm(forms.ModelForm):
    """What a person says of themselves; all of it voluntary but the name others see."""

    display_name = DisplayNameField()
    handle = forms.CharField(
        label=_("Name for mentions"),
        help_text=_(
            "Others mention you with it, like @rosa-quispe, and it leads to your page. If you"
            " change it, nobody can take the former one again, not even you."
        ),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("For these pages and for what we write to you."),
        choices=settings.LANGUAGES,
    )
    counts = forms.BooleanField(
        label=_("I agree that these data count in the public statistics, without my name."),
        required=False,
    )

    class Meta:
        model = User
        fields = [
            "display_name",
            "handle",
            "language",
            "wants_email",
            "gender",
            "birth_year",
            "area",
        ]
        error_messages = {"handle": {"unique": HANDLE_TAKEN}}
        help_texts = {
            "wants_email": _("When something happens with what you follow. The bell shows it too."),
            "gender": _("To know whether women and men take part alike."),
            "birth_year": _("To know which ages take part. Only four digits, like 1987."),
            "area": _("To know whether the countryside takes part as the towns do."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["birth_year"].widget.attrs["inputmode"] = "numeric"
        for name in ("gender", "area"):
            field = self.fields[name]
            field.choices = [("", _("I leave it open")), *list(field.choices)[1:]]
        if not self.instance.email:
            del self.fields["wants_email"]

    def clean_handle(self):
        if not self.cleaned_data["handle"]:
            return self.initial.get("handle")
        handle = handles.clean(self.cleaned_data["handle"])
        if handle != self.initial.get("handle") and is_kept(handle):
            raise forms.ValidationError(HANDLE_TAKEN, "unique")
        return handle

    def clean_birth_year(self):
        year = self.cleaned_data["birth_year"]
        now = timezone.localdate().year
        if year is not None and not now - OLDEST <= year <= now:
            raise forms.ValidationError(
                _("Write the year with four digits, between %(first)d and %(last)d."),
                params={"first": now - OLDEST, "last": now},
            )
        return year

    def says_of_themselves(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("gender", "birth_year", "area"))

    def clean(self):
        cleaned = super().clean()
        if not self.errors and self.says_of_themselves() and not cleaned.get("counts"):
            self.add_error(
                "counts",
                _("We keep gender, year and area only if you agree. Tick it, or leave them open."),
            )
        return cleaned


class PublicPageForm(forms.ModelForm):
    """What a person lets others see of them; nothing is chosen for them."""

    shows = forms.MultipleChoiceField(
        label=_("Show on my page"),
        help_text=_(
            "Only what is public anyway, gathered in one place. Tick nothing to show nothing."
        ),
        choices=Shown.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    about = forms.CharField(
        label=_("About you"),
        help_text=_("In one or two sentences, if you like."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )

    class Meta:
        model = User
        fields = ["about", "shows"]

    def clean_about(self):
        about = " ".join(self.cleaned_data["about"].split())
        if LONG_NUMBER.search(about) or EMAIL_LIKE.search(about):
            raise forms.ValidationError(
                _("Everybody sees it: do not put your DNI, telephone or e-mail in it."), "private"
            )
        return about


class DeleteForm(forms.Form):
    understood = forms.BooleanField(
        label=_("I have read what goes and what stays, and I want to delete my account."),
        error_messages={"required": _("Tick the box if you want to delete your account.")},
    )

"""What staff type to watch words and links, to try a text, and to declare a place."""

from __future__ import annotations

import ipaddress

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participation import watched
from participation.enums import SharedPlace, WatchedKind
from participation.forms.fields import VisibleField
from participation.models import DeclaredPlace, WatchedWord


AT_ONCE = 500
LENGTH = WatchedWord._meta.get_field("text").max_length
# A whole provider is no school.
WIDEST = {4: 20, 6: 40}


class WatchForm(forms.Form):
    """One line or a whole list, as it is pasted."""

    kind = forms.ChoiceField(
        label=_("What do you add?"),
        choices=WatchedKind.choices,
        initial=WatchedKind.WORD,
        widget=forms.RadioSelect,
    )
    texts = forms.CharField(
        label=_("Words, phrases or links, one in each line"),
        help_text=_(
            "Accents, capitals and letters changed for numbers do not matter. A star stands for any"
            " ending: «idiot*». A link watches everything below it: «example.com»."
        ),
        max_length=AT_ONCE * (LENGTH + 2),
        widget=forms.Textarea(attrs={"rows": 5, "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Write at least one word or link.")},
    )

    def clean(self):
        cleaned = super().clean()
        if {"kind", "texts"} <= set(cleaned):
            is_link = cleaned["kind"] == WatchedKind.LINK
            lines = [" ".join(line.split()) for line in cleaned["texts"].splitlines()]
            texts = dict.fromkeys(
                watched.plain_link(line) if is_link else line.lower() for line in lines if line
            )
            cleaned["texts"] = list(texts)
            self._refuse(cleaned["texts"], is_link=is_link)
        return cleaned

    def _refuse(self, texts: list[str], *, is_link: bool) -> None:
        if len(texts) > AT_ONCE:
            self.add_error("texts", _("At most %(count)d at once.") % {"count": AT_ONCE})
        elif wrong := next((text for text in texts if len(text) > LENGTH), None):
            self.add_error(
                "texts",
                _("«%(text)s…» is too long: at most %(count)d letters.")
                % {"text": wrong[:30], "count": LENGTH},
            )
        elif is_link and (wrong := next((text for text in texts if not _is_link(text)), None)):
            self.add_error(
                "texts", _("«%(text)s» is no link. Write it like example.com.") % {"text": wrong}
            )
        elif not is_link and (wrong := next((text for text in texts if _is_short(text)), None)):
            self.add_error(
                "texts",
                _("«%(text)s» is too short: it would hold almost everything.") % {"text": wrong},
            )


class TryForm(forms.Form):
    """Whether a text would be held, and by what."""

    text = forms.CharField(
        label=_("Try a text"),
        help_text=_("Nothing is kept or published."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the text to try.")},
    )


class PlaceForm(forms.ModelForm):
    name = VisibleField(label=_("Name"), max_length=120)

    class Meta:
        model = DeclaredPlace
        fields = ["kind", "name", "network", "acts_per_hour", "starts_at", "ends_at"]
        widgets = {
            "kind": forms.RadioSelect,
            "starts_at": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "ends_at": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = SharedPlace.choices
        self.fields["acts_per_hour"].min_value = 1
        self.fields["acts_per_hour"].validators.append(
            forms.IntegerField(min_value=1).validators[0]
        )
        self.fields["acts_per_hour"].help_text = _(
            "Beyond them a machine check is asked, which people hardly notice. Nobody is refused."
        )
        self.fields["starts_at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        self.fields["ends_at"].help_text = _("An assembly ends; a kiosk may be left open.")

    def clean_network(self) -> str:
        """One address or a network of a size that one building has."""
        try:
            network = ipaddress.ip_network(self.cleaned_data["network"].strip(), strict=False)
        except ValueError as error:
            raise forms.ValidationError(
                _("This is no address. Write it like 181.65.10.4 or 181.65.10.0/24.")
            ) from error
        if network.prefixlen < WIDEST[network.version]:
            raise forms.ValidationError(
                _("This network is too wide for one place: at most a /%(count)d.")
                % {"count": WIDEST[network.version]}
            )
        return str(network)

    def clean(self):
        cleaned = super().clean()
        is_assembly = cleaned.get("kind") == SharedPlace.ASSEMBLY
        if is_assembly and "ends_at" in cleaned and not cleaned["ends_at"]:
            self.add_error("ends_at", _("Say when the assembly ends."))
        return cleaned


def _is_link(text: str) -> bool:
    host = text.partition("/")[0]
    return "." in host.strip(".") and " " not in text


def _is_short(text: str) -> bool:
    return sum(sign.isalnum() for sign in text) < 2

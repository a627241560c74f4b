from datetime import date, datetime

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import DeskReason, DocumentKind
from accounts.fields import ContactField
from accounts.forms.joining import DisplayNameField
from accounts.models import WHY, User
from decide.common import documents
from municipalities.enums import PlaceLevel
from municipalities.models import Municipality, Place


OLDEST = 125


def without_documents(text: str) -> str:
    """In one line; what is kept of an act at a desk names no document."""
    text = " ".join(text.split())
    if sum(char.isdigit() for char in text) > 5:
        raise ValidationError(_("Write no document numbers here."))
    return text


class DistrictField(forms.ChoiceField):
    """Districts under the name of their province; cleans to the place."""

    default_error_messages = {
        "required": _("Choose the district you live in."),
        "invalid_choice": _("Choose a district of the list."),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("District you live in"))
        super().__init__(**kwargs)

    def offer(self, spaces) -> None:
        """The districts that lie in any of these municipalities' places."""
        inside = Q(pk__in=[])
        for code in {space.place_id for space in spaces}:
            inside |= Q(code__startswith=code)
        places = (
            Place.objects.filter(inside, level=PlaceLevel.DISTRICT)
            .select_related("parent")
            .only("code", "name", "parent__name")  # not the outlines
            .order_by("name")
        )
        self.places = {place.code: place for place in places}
        provinces: dict[str, list] = {}
        for place in places:
            provinces.setdefault(place.parent.name, []).append((place.code, place.name))
        self.choices = [("", _("Choose your district")), *sorted(provinces.items())]

    def clean(self, value):
        return self.places.get(super().clean(value))


class BirthDateField(forms.CharField):
    """A day as people write it: 5/11/1987, 05-11-1987 or 1987-11-05."""

    formats = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%Y-%m-%d")
    default_error_messages = {
        "required": _("Write the day you were born."),
        "invalid": _("Write day, month and year in numbers, for example 05/11/1987."),
        "impossible": _("Check the year: nobody who can sign up was born then."),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Date of birth"))
        kwargs.setdefault("help_text", _("Day, month and year, for example 05/11/1987."))
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "bday", "size": 12}))
        super().__init__(**kwargs)

    def clean(self, value) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        for shape in self.formats:
            try:
                born = datetime.strptime(text, shape).date()  # noqa: DTZ007  a day has no zone
            except ValueError:
                continue
            today = timezone.localdate()
            if not today.year - OLDEST <= born.year or born > today:
                raise ValidationError(self.error_messages["impossible"], "impossible")
            return born
        raise ValidationError(self.error_messages["invalid"], "invalid")


class DocumentForm(forms.Form):
    """Which document and its number; cleans to how it is hashed."""

    kind = forms.ChoiceField(
        label=_("Your document"),
        choices=DocumentKind.choices,
        widget=forms.RadioSelect,
        initial=DocumentKind.DNI,
    )
    number = forms.CharField(
        label=_("Number of the document"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the number of the document.")},
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("number") and cleaned.get("kind"):
            try:
                cleaned["number"] = documents.clean(cleaned["kind"], cleaned["number"])
            except documents.BadDocument as error:
                self.add_error("number", str(error))
        return cleaned


class ResidenceForm(DocumentForm):
    """What a person gives to prove where they live."""

    district = DistrictField()
    digit = forms.CharField(
        label=_("Check digit of the DNI"),
        required=False,
        max_length=4,
        help_text=_(
            "The digit or letter printed after the hyphen. It only helps against typing errors;"
            " leave it empty if you do not find it."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 4}),
    )
    birth_date = BirthDateField()
    field_order = ["district", "kind", "number", "digit", "birth_date"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].offer(Municipality.objects.open())

    def clean(self):
        cleaned = super().clean()
        digit, number = cleaned.get("digit"), cleaned.get("number")
        is_dni = cleaned.get("kind") == DocumentKind.DNI and number and "number" not in self.errors
        if is_dni and digit and not documents.fits_check_digit(number, digit):
            self.add_error(
                "digit",
                _("This digit does not belong to that DNI. Check both, or leave it empty."),
            )
        return cleaned


class DeskForm(DocumentForm):
    """What an officer writes down of somebody who stands before them."""

    district = DistrictField(label=_("District the person lives in"))
    seen = forms.CharField(
        label=_("What you saw"),
        max_length=120,
        help_text=_("For example: original DNI and a water bill. Without numbers."),
        error_messages={"required": _("Write what you saw.")},
    )
    adult = forms.BooleanField(
        error_messages={"required": _("Whoever takes part as a resident has reached this age.")},
    )
    consent = forms.BooleanField(
        label=_("The person has heard what their data are for, and agrees."),
        error_messages={"required": _("Without their agreement this cannot be done.")},
    )

    def __init__(self, *args, municipality, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].label = _("Document")
        self.fields["adult"].label = _("The document says that they are %(age)d or older.") % {
            "age": settings.RESIDENCE_MIN_AGE
        }
        self.fields["district"].offer([municipality])

    def clean_seen(self):
        return without_documents(self.cleaned_data["seen"])


class VerifyForm(DeskForm):
    """For somebody who has an account and shows a code of it."""

    code = forms.CharField(
        label=_("Code the person shows you"),
        max_length=20,
        help_text=_("Eight letters and digits; they find it on their page of residence."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the code.")},
    )
    field_order = ["code", "district", "kind", "number", "seen", "adult", "consent"]


class AssistedForm(DeskForm):
    """For somebody who has none and cannot open one alone."""

    display_name = DisplayNameField()
    reason = forms.ChoiceField(
        label=_("Why they need help"), choices=[("", _("Choose")), *DeskReason.choices]
    )
    field_order = [
        "display_name",
        "reason",
        "district",
        "kind",
        "number",
        "seen",
        "adult",
        "consent",
    ]


class ReceiptForm(DocumentForm):
    """For somebody who has lost their receipt."""

    seen = DeskForm.base_fields["seen"]


class WithdrawForm(DocumentForm):
    """Taking back the proof of somebody who does not live here."""

    why = forms.CharField(
        label=_("Why"),
        max_length=WHY,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it as you write it. Without numbers of documents."),
        error_messages={"required": _("Write why: the person will read it.")},
    )
    sure = forms.BooleanField(
        label=_("I have checked it, and I know that the person is told."),
        error_messages={"required": _("Check it first.")},
    )

    def clean_why(self):
        return without_documents(self.cleaned_data["why"])


class AccompanyForm(forms.Form):
    """Acting for somebody who sits beside the officer."""

    code = forms.CharField(
        label=_("Code the person shows you, or that of their receipt"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the code.")},
    )
    reason = forms.ChoiceField(
        label=_("Why they need help"), choices=[("", _("Choose")), *DeskReason.choices]
    )
    consent = forms.BooleanField(
        label=_("The person asks me to act for them, and stays here meanwhile."),
        error_messages={"required": _("Without their agreement this cannot be done.")},
    )


class TakeOverForm(forms.Form):
    """The receipt of a desk becomes an account of one's own."""

    code = forms.CharField(
        label=_("Code of your receipt"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the code of your receipt.")},
    )
    contact = ContactField(help_text=_("With it you sign in from now on. We send a code to it."))
    TAKEN = _("You cannot use this e-mail or number. Try another one, or sign in with it.")

    def clean_contact(self):
        contact = self.cleaned_data["contact"]
        known = User.objects.filter(
            Q(email__iexact=contact.email) if contact.email else Q(phone=contact.phone)
        ).exclude(assisted__taken_over_at=None, assisted__isnull=False)
        if known.exists():
            raise ValidationError(self.TAKEN)
        return contact

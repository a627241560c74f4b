"""What is typed to register an agent. A draft takes what there is; sending asks for the rest."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Area, DocumentKind, Gender
from accounts.forms.residence import DistrictField
from budgets.actions.agents import MOST_FILES, Person, is_pdf
from budgets.enums import AgentKind, Before
from budgets.models import Agent
from decide.common import documents as identity
from decide.common.typed import says_something
from municipalities.models import Municipality
from participation import documents, images, personal_data
from participation.forms.fields import VisibleField
from participation.forms.files import MultipleFileField


RUC = re.compile(r"20\d{9}")
RUC_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


class NameField(VisibleField):
    """It is shown to everybody, so that no number of a document may stand in it."""

    def clean(self, value: Any) -> str:
        text = " ".join(super().clean(value).split())
        if personal_data.find(text):
            raise ValidationError(
                _("Write no numbers of documents, telephones or e-mails here: everybody reads it.")
            )
        return text


class RucField(VisibleField):
    """Of an organisation; that of a person has their DNI in it, and is not kept."""

    def clean(self, value: Any) -> str:
        text = re.sub(r"[\s.-]", "", super().clean(value))
        if text and not is_ruc(text):
            raise ValidationError(
                _("The RUC of an organisation has 11 digits and begins with 20. Check it.")
            )
        return text


class PapersField(MultipleFileField):
    """PDFs, or photos of papers. `actions.agents` keeps them."""

    limit = MOST_FILES
    accept = "application/pdf,image/jpeg,image/png,image/webp"

    def check(self, upload) -> None:
        try:
            (documents if is_pdf(upload) else images).check(upload)
        except (documents.InvalidDocument, images.InvalidImage) as problem:
            raise ValidationError(str(problem), code="invalid_paper") from problem


def optional(choices) -> list[tuple[Any, Any]]:
    return [("", _("Not said")), *choices.choices]


def full_name(**more: Any) -> NameField:
    missing = {"required": _("Write first names and family names.")}
    return NameField(label=_("Full name"), max_length=160, error_messages=missing, **more)


class DocumentKindField(forms.ChoiceField):
    """A DNI unless said otherwise."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Document"))
        super().__init__(choices=DocumentKind.choices, initial=DocumentKind.DNI, **kwargs)

    def clean(self, value: Any) -> str:
        return super().clean(value or DocumentKind.DNI)


def document_number(**more: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Number of the document"),
        max_length=30,
        help_text=_("We keep no number, only a scrambled mark that cannot be read back."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the number of the document.")},
        **more,
    )


def gender() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Gender"), choices=optional(Gender), required=False)


def area() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Where they live"), choices=optional(Area), required=False)


class AgentForm(forms.Form):
    """An organisation with its delegates, or with `as_citizen` a person who speaks for themselves.

    What has to be there is asked for when it is sent; until then a draft keeps what there is.
    """

    use_required_attribute = False

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=_("Kind of organisation"), error_messages={"required": _("Choose what it is.")}
    )
    name = NameField(
        label=_("Name of the organisation"),
        max_length=160,
        help_text=_("As its own papers say it. It needs no entry in the public registry."),
        error_messages={"required": _("Write its name.")},
    )
    district = DistrictField(label=_("District"))
    place = NameField(label=_("Village or neighbourhood"), max_length=120, required=False)
    before = forms.ChoiceField(
        label=_("Has it taken part in a budget here before?"),
        choices=[("", _("I prefer not to say")), *Before.choices],
        required=False,
    )
    contact = VisibleField(
        label=_("Telephone or e-mail"),
        max_length=160,
        required=False,
        help_text=_("Only the municipality sees it."),
    )
    ruc = RucField(label=_("RUC"), max_length=20, required=False, help_text=_("If it has one."))
    registry = VisibleField(
        label=_("Entry in the public registry"),
        max_length=40,
        required=False,
        help_text=_("If it is entered. A book of actas is enough for most."),
    )
    founded_on = forms.DateField(
        label=_("Founded on"),
        required=False,
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"],
        help_text=_("Day, month and year, for example 05/11/1987."),
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"size": 12}),
        error_messages={
            "invalid": _("Write day, month and year in numbers, for example 05/11/1987.")
        },
    )
    members = forms.IntegerField(
        label=_("Members"), required=False, min_value=1, max_value=1_000_000
    )
    delegate_name = full_name()
    delegate_kind = DocumentKindField()
    delegate_number = document_number()
    delegate_gender = gender()
    delegate_area = area()
    alternate_name = full_name(required=False)
    alternate_kind = DocumentKindField()
    alternate_number = document_number(required=False)
    alternate_gender = gender()
    alternate_area = area()
    papers = PapersField(
        label=_("Documents"),
        required=False,
        help_text=_("Up to 5 PDFs or photos of at most 5 MB each: a photo of a paper is enough."),
    )
    declares = forms.BooleanField(
        label=_(
            "I declare that this is true, and I know that the names of those who are accepted are"
            " published."
        ),
        error_messages={"required": _("Without this declaration it cannot be sent.")},
    )

    OF_AN_ORGANISATION = ("kind", "name", "ruc", "registry", "founded_on", "members")
    OF_THE_ALTERNATE = tuple(
        f"alternate_{name}" for name in ("name", "kind", "number", "gender", "area")
    )
    FACTS = (*OF_AN_ORGANISATION, "district", "place", "contact", "before")

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        agent: Agent | None = None,
        as_citizen: bool = False,
        at_desk: bool = False,
        sending: bool = False,
        **kwargs: Any,
    ) -> None:
        initial = kwargs.pop("initial", None) or {}
        super().__init__(*args, initial=initial_of(agent) | initial, **kwargs)
        self.sending, self.as_citizen = sending, as_citizen
        self.fields["district"].offer([municipality])
        if len(self.fields["district"].places) == 1:
            self.fields["district"].initial = next(iter(self.fields["district"].places))
        self.known = (
            {one.is_alternate for one in agent.delegates.all() if one.document_hash}
            if agent
            else set()
        )
        self.kept = []
        if as_citizen:
            self.speak_of_one()
        else:
            self.fields["kind"].choices = [("", _("Choose")), *kinds(agent, at_desk=at_desk)]
        self.say_what_is_known()
        if agent:
            self.show_kept(agent)

    def speak_of_one(self) -> None:
        for name in (*self.OF_AN_ORGANISATION, *self.OF_THE_ALTERNATE):
            del self.fields[name]
        self.fields["delegate_area"].label = _("Where you live")
        self.fields["before"].label = _("Have you taken part in a budget here before?")
        self.fields["district"].label = _("District you live in")

    def say_what_is_known(self) -> None:
        """A number that was given is not shown again, and need not be."""
        for prefix, is_alternate in (("delegate", False), ("alternate", True)):
            field = self.fields.get(f"{prefix}_number")
            if field and is_alternate in self.known:
                field.required = False
                field.help_text = _("It was given before. Leave it empty to keep it.")

    def show_kept(self, agent: Agent) -> None:
        """A box to remove each document that is there."""
        self.kept = list(agent.files.all())
        for paper in self.kept:
            self.fields[f"remove_{paper.pk}"] = forms.BooleanField(
                label=_("Remove «%(title)s»") % {"title": paper.title}, required=False
            )

    def clean_founded_on(self):
        day = self.cleaned_data["founded_on"]
        if day and (day > timezone.localdate() or day.year < 1500):
            raise ValidationError(_("Check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for prefix in self.prefixes:
            self.clean_number(prefix)
        self.clean_alternate()
        if not self.sending:
            self.ask_for_nothing()
        for name in {"name", "delegate_name", "alternate_name"} & set(cleaned) - set(self.errors):
            if cleaned[name] and not says_something(cleaned[name]):
                self.add_error(name, _("Write it in letters."))
        return cleaned

    @property
    def prefixes(self) -> list[str]:
        return ["delegate"] if self.as_citizen else ["delegate", "alternate"]

    def clean_number(self, prefix: str) -> None:
        number = self.cleaned_data.get(f"{prefix}_number")
        if not number:
            return
        try:
            number = identity.clean(self.kind_of(prefix), number)
            self.cleaned_data[f"{prefix}_number"] = number
        except identity.BadDocument as problem:
            self.add_error(f"{prefix}_number", str(problem))

    def kind_of(self, prefix: str) -> str:
        return self.cleaned_data.get(f"{prefix}_kind") or DocumentKind.DNI

    def clean_alternate(self) -> None:
        """Nobody has to stand in; whoever does has a name, a document, and is somebody else."""
        data = self.cleaned_data
        name, number = data.get("alternate_name"), data.get("alternate_number")
        if self.as_citizen or self.errors.keys() & {"alternate_name", "alternate_number"}:
            return
        if self.sending and number and not name:
            self.add_error("alternate_name", _("Write first names and family names."))
        if self.sending and name and not number and True not in self.known:
            self.add_error("alternate_number", _("Write the number of the document."))
        papers = {(self.kind_of(one), data.get(f"{one}_number")) for one in self.prefixes}
        if number and len(papers) == 1:
            self.add_error("alternate_number", _("The delegate and who stands in are two people."))

    def ask_for_nothing(self) -> None:
        """A draft may lack anything."""
        for name, problems in self.errors.as_data().items():
            if all(problem.code == "required" for problem in problems):
                del self._errors[name]
                self.cleaned_data[name] = None if name == "district" else ""

    @property
    def facts(self) -> dict[str, Any]:
        """What could be understood of the organisation, also when something else was wrong."""
        data = self.cleaned_data
        facts = {name: data[name] for name in self.FACTS if name in data}
        if self.as_citizen:
            facts["kind"] = AgentKind.CITIZEN
            if "delegate_name" in data:
                facts["name"] = data["delegate_name"]
        return facts

    @property
    def people(self) -> list[Person]:
        """Its delegates as far as they could be understood."""
        people = [self.person(prefix) for prefix in self.prefixes]
        return [one for one in people if one.name or one.number]

    def person(self, prefix: str) -> Person:
        def said(name: str) -> str:
            return self.cleaned_data.get(f"{prefix}_{name}") or ""

        return Person(
            name=said("name"),
            is_alternate=prefix == "alternate",
            gender=said("gender"),
            area=said("area"),
            document_kind=self.kind_of(prefix),
            number=said("number"),
        )

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something that should be seen."""
        return self.holds("ruc", "registry", "founded_on", "members")

    @property
    def has_alternate(self) -> bool:
        return self.holds("alternate_name", "alternate_number")

    def holds(self, *names: str) -> bool:
        return any(name in self.errors or self[name].value() for name in names)

    @property
    def removed(self) -> set[int]:
        return {one.pk for one in self.kept if self.cleaned_data.get(f"remove_{one.pk}")}

    @property
    def kept_fields(self) -> list[tuple]:
        return [(paper, self[f"remove_{paper.pk}"]) for paper in self.kept]


class WithdrawForm(forms.Form):
    """Its own people need not say why; somebody of the municipality does."""

    reason = VisibleField(
        label=_("Why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not is_own


def kinds(agent: Agent | None, *, at_desk: bool) -> list[tuple[str, Any]]:
    """What an organisation can be; only a desk registers the technical team."""
    here = {AgentKind.CITIZEN} if at_desk else {AgentKind.CITIZEN, AgentKind.TECHNICAL}
    if agent:
        here.discard(agent.kind)
    return [(value, label) for value, label in AgentKind.choices if value not in here]


def initial_of(agent: Agent | None) -> dict[str, Any]:
    if agent is None:
        return {}
    values = {name: getattr(agent, name) for name in AgentForm.FACTS}
    values |= {"district": agent.district_id, "form_key": agent.form_key}
    for one in agent.delegates.all():
        prefix = "alternate" if one.is_alternate else "delegate"
        for name in ("name", "gender", "area"):
            values[f"{prefix}_{name}"] = getattr(one, name)
    return values


def is_ruc(text: str) -> bool:
    """Eleven digits, the last of which checks the others (modulus 11)."""
    if not RUC.fullmatch(text):
        return False
    total = sum(w * int(digit) for w, digit in zip(RUC_WEIGHTS, text, strict=False))
    return (11 - total % 11) % 10 == int(text[-1])

"""What a process says, its steps, who runs it, and its documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from decide.common.typed import says_something
from participation.forms.fields import VisibleField
from participation.forms.files import DocumentsField
from participation.models import Category
from processes.enums import StepKind, TeamRole
from processes.forms.rows import Rows
from processes.models import Process, TeamMember
from votes.forms.polls import MomentField


if TYPE_CHECKING:
    from collections.abc import Iterable

    from participation.models import Document, Thread


def why_field(label: Any) -> VisibleField:
    """A reason that everybody reads."""
    return VisibleField(
        label=label,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads it, and who follows the process is told."),
        error_messages={"required": _("Say why: everybody reads it.")},
    )


class ProcessForm(forms.ModelForm):
    """Its words and rules; of one that has opened only its words, with a reason."""

    use_required_attribute = False

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    why = why_field(_("Why it is changed"))

    class Meta:
        model = Process
        fields = [
            *("kind", "title", "summary", "text", "rules", "office", "category", "place_name"),
        ]
        field_classes = dict.fromkeys(("title", "summary", "office", "place_name"), VisibleField)
        widgets = {
            "kind": forms.RadioSelect,
            "summary": forms.Textarea(attrs={"rows": 3}),
            "text": forms.Textarea(attrs={"rows": 8}),
            "rules": forms.Textarea(attrs={"rows": 10}),
        }
        error_messages = {
            "title": {"required": _("Write a title.")},
            "summary": {"required": _("Say in two sentences what is decided, and by whom.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.filter(is_active=True)
        self.fields["category"].empty_label = _("None")
        self.fields["kind"].choices = Process._meta.get_field("kind").choices
        if self.instance.is_public:
            del self.fields["kind"], self.fields["rules"]
        else:
            del self.fields["why"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("title", "summary"):
            if name in cleaned and not says_something(cleaned[name]):
                self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned

    @property
    def words(self) -> dict[str, Any]:
        """For the action."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self._meta.fields or name == "why"
        }


class StepForm(forms.Form):
    """One step: what happens in it, from when until when."""

    pk = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    kind = forms.ChoiceField(label=_("Kind"), choices=StepKind.choices)
    title = VisibleField(
        label=_("Title"), max_length=120, error_messages={"required": _("Write a title.")}
    )
    text = forms.CharField(
        label=_("What happens"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    starts_at = MomentField(label=_("From"), required=False)
    ends_at = MomentField(label=_("Until"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if end and not start and "starts_at" not in self.errors:
            self.add_error("starts_at", _("Choose from when."))
        if start and end and end <= start:
            self.add_error("ends_at", _("A step ends after it starts."))
        return cleaned


class StepsForm(Rows):
    """All steps on one page, in their order."""

    row_form = StepForm
    ignored = ("kind", "pk")


class MemberForm(forms.Form):
    """One person who runs it."""

    role = forms.ChoiceField(label=_("Role"), choices=TeamRole.choices, initial=TeamRole.LEADS)
    name = VisibleField(
        label=_("Name"), max_length=120, error_messages={"required": _("Write the name.")}
    )
    office = VisibleField(label=_("Office or organisation"), max_length=120, required=False)


class TeamForm(Rows):
    """All who run it, in the order in which they are shown."""

    row_form = MemberForm
    named = "name"
    ignored = ("role",)

    @staticmethod
    def kept(team: Iterable[TeamMember]) -> list[dict[str, Any]]:
        return [{"role": one.role, "name": one.name, "office": one.office} for one in team]


class WhyStepsForm(forms.Form):
    """Why the steps of an open process change."""

    use_required_attribute = False

    why = why_field(_("Why the steps change"))


class LinkForm(forms.Form):
    """In which of these things a step happens, or in none."""

    use_required_attribute = False

    thread = forms.ChoiceField(
        label=_("Where it happens"), required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, threads: Iterable[Thread], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.threads = {str(thread.pk): thread for thread in threads}
        self.fields["thread"].choices = [
            ("", _("Nowhere on this site")),
            *((pk, said(thread)) for pk, thread in self.threads.items()),
        ]

    @property
    def chosen(self) -> Thread | None:
        return self.threads.get(self.cleaned_data["thread"])


def said(thread: Thread) -> str:
    """Its title, what it is, and whether others see it already."""
    words = f"{thread.title} · {thread.get_kind_display()}"
    return words if thread.is_public else f"{words} · {_('in preparation')}"


class DocumentsForm(forms.Form):
    """PDFs that lie beside a process: some more, and some out."""

    use_required_attribute = False

    documents = DocumentsField(required=False)
    remove = forms.MultipleChoiceField(
        label=_("Take out"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, kept: Iterable[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remove"].choices = [(one.pk, one.title) for one in kept]
        if not self.fields["remove"].choices:
            del self.fields["remove"]

    @property
    def removed(self) -> set[int]:
        return {int(pk) for pk in self.cleaned_data.get("remove", [])}


class CallOffForm(forms.Form):
    """Why a process is called off."""

    use_required_attribute = False

    reason = VisibleField(
        label=_("Why it is called off"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It stays on its page, and who follows it is told."),
        error_messages={"required": _("Say why it is called off: everybody reads it.")},
    )

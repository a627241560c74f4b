"""What staff type of a meeting, and how they move or cancel it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.typed import says_something
from participation.forms.fields import PointForm, VisibleField
from participation.forms.files import DocumentsField, FilesForm
from processes.enums import MeetingKind, ProcessState
from processes.models import Meeting, Process
from votes.forms.polls import MomentField


if TYPE_CHECKING:
    from municipalities.models import Municipality

POINTS, POINT_LENGTH = 40, 200
# «El agua | 20»: the minutes that a point takes stand after the last bar.
WITH_MINUTES = re.compile(r"^(?P<title>.*)\|\s*(?P<minutes>\d{1,3})\s*(?:min\.?|')?\s*$")
WORDS = (
    *("kind", "title", "text", "office", "starts_at", "ends_at"),
    *("place_name", "address", "latitude", "longitude", "online_url"),
    *("takes_registrations", "capacity", "quorum", "call_days", "is_closed", "closed_why"),
)


class AgendaField(VisibleField):
    """One point of the agenda in each line; cleans to a list for `actions.meetings.prepare`."""

    widget = forms.Textarea(attrs={"rows": 6})

    def clean(self, value: Any) -> list[dict[str, Any]]:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        points = [self._point(line) for line in lines if line]
        if len(points) > POINTS:
            raise forms.ValidationError(_("At most %(count)d points.") % {"count": POINTS})
        return points

    def _point(self, line: str) -> dict[str, Any]:
        found = WITH_MINUTES.match(line)
        title = (found["title"] if found else line).strip()
        if not says_something(title) or len(title) > POINT_LENGTH:
            raise forms.ValidationError(
                _("«%(text)s…» does not fit: a point has words, and at most %(count)d letters.")
                % {"text": line[:30], "count": POINT_LENGTH}
            )
        return {"title": title, "minutes": int(found["minutes"]) if found else None}

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(
            f"{point['title']} | {point['minutes']}" if point["minutes"] else point["title"]
            for point in value
        )


class MeetingForm(FilesForm, PointForm):
    """A meeting as it is prepared. Once it is called, its hour changes elsewhere, with a reason."""

    use_required_attribute = False

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=_("What people come together for"),
        choices=MeetingKind.choices,
        initial=MeetingKind.ASSEMBLY,
    )
    process = forms.ModelChoiceField(
        label=_("Process"),
        queryset=Process.objects.none(),
        required=False,
        empty_label=pgettext_lazy("process", "None"),
    )
    title = VisibleField(label=_("Title"), max_length=160)
    text = VisibleField(
        label=_("What it is for"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    office = VisibleField(
        label=_("Who calls it"),
        max_length=120,
        required=False,
        help_text=_("The office that signs. Without one, the municipality."),
    )
    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(label=_("Ends"))
    place_name = VisibleField(
        label=_("Where?"),
        max_length=160,
        required=False,
        help_text=_("The hall, school or square."),
    )
    address = VisibleField(label=_("How to get there"), max_length=300, required=False)
    online_url = forms.URLField(
        label=_("Address for joining from afar"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("Of the video call or of the radio. Everybody sees it."),
    )
    items = AgendaField(
        label=_("Agenda"),
        max_length=9_000,
        required=False,
        help_text=_("One point in each line. The minutes it takes, after a bar: «The water | 20»."),
    )
    takes_registrations = forms.BooleanField(
        label=_("People register"),
        required=False,
        help_text=_("To know how many come. Nobody who comes is turned away for it."),
    )
    capacity = forms.IntegerField(
        label=pgettext_lazy("meeting", "Seats"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("Who registers when all are taken waits for one that is given back."),
    )
    quorum = forms.IntegerField(
        label=_("Quorum"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("How many have to be there so that what is decided is valid."),
    )
    call_days = forms.IntegerField(
        label=_("Days of notice that the rules ask for"),
        min_value=0,
        max_value=365,
        required=False,
        help_text=_("Called with less notice, it says so for everybody to read."),
    )
    is_closed = forms.BooleanField(
        label=_("Closed session"),
        required=False,
        help_text=_("It is listed, with the reason; what was said in it is for staff alone."),
    )
    closed_why = VisibleField(
        label=_("Why it is closed"),
        max_length=300,
        required=False,
        help_text=_("Everybody reads it. Name the norm that allows it."),
    )
    documents = DocumentsField(required=False)

    def __init__(self, *args, here: Municipality, meeting: Meeting | None = None, **kwargs) -> None:
        initial = kwargs.pop("initial", None) or {}
        super().__init__(*args, initial=initial_of(meeting) | initial, **kwargs)
        self.meeting = meeting
        running = Process.objects.for_municipality(here).exclude(
            state__in=[ProcessState.CLOSED, ProcessState.CALLED_OFF]
        )
        self.fields["process"].queryset = running.defer("search").order_by("title")
        if meeting:
            del self.fields["process"]
            self.show_files(meeting.thread)
            if meeting.is_public:
                del self.fields["starts_at"], self.fields["ends_at"]
        else:
            del self.fields["images"], self.fields["documents"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("It ends before it begins."))
        if start and start <= timezone.now():
            self.add_error("starts_at", _("Its hour has passed already. Choose a later one."))
        if cleaned.get("is_closed") and not says_something(cleaned.get("closed_why") or ""):
            self.add_error("closed_why", _("Say why it is closed: everybody reads that."))
        if (
            self.meeting
            and self.meeting.is_public
            and not (cleaned.get("place_name") or cleaned.get("online_url"))
        ):
            self.add_error("place_name", _("Say where it is, or how to join from afar."))
        return cleaned

    @property
    def words(self) -> dict[str, Any]:
        """For the action: what was filled in, and what an empty number means."""
        found = {name: self.cleaned_data[name] for name in WORDS if name in self.cleaned_data}
        return found | {"call_days": found.get("call_days") or 0}


def initial_of(meeting: Meeting | None) -> dict[str, Any]:
    if meeting is None:
        return {}
    items = list(meeting.items.values("title", "minutes"))
    return {name: getattr(meeting, name) for name in WORDS} | {"items": items}


class MoveForm(forms.Form):
    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(label=_("Ends"))
    reason = VisibleField(
        label=_("Why it is moved"),
        max_length=2_000,
        help_text=_("Everybody reads it, and those who registered get it by e-mail."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("It ends before it begins."))
        return cleaned


class CancelForm(forms.Form):
    reason = VisibleField(
        label=_("Why it is cancelled"),
        max_length=2_000,
        help_text=_("Everybody reads it, and those who registered get it by e-mail."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CallForm(forms.Form):
    """Asks once more where the notice is shorter than the rules ask."""

    late = forms.BooleanField(
        label=_("Call it all the same: everybody reads that it was called late"),
        error_messages={"required": _("Say that you know it, or move the meeting first.")},
    )

    def __init__(self, *args, is_late: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not is_late:
            del self.fields["late"]

"""What a poll says, when, and of whom it is asked; and what staff say to it later."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common.typed import says_something
from municipalities.enums import PlaceLevel
from municipalities.models import Place
from participation.forms.fields import VisibleField
from votes import preparation
from votes.models import Poll


if TYPE_CHECKING:
    from municipalities.models import Municipality

MOST_WATCHERS = 16
MOST_PRETENDERS = 50


class MomentField(forms.DateTimeField):
    """Day and hour as their calendar gives them, in Lima."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"]
        kwargs.setdefault(
            "error_messages",
            {
                "required": _("Choose the day and the hour."),
                "invalid": _("Write day and hour like 24/12/2026 18:00."),
            },
        )
        super().__init__(input_formats=formats, **kwargs)


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PollForm(forms.ModelForm):
    """The words of a poll and its dates. What it lacks is said at the field (votes/preparation.py)."""

    use_required_attribute = False

    opens_at = MomentField(
        label=_("Opens"),
        help_text=_("Day and hour in Lima. Leave some days for the approvals and the keys."),
    )
    closes_at = MomentField(
        label=_("Closes"), help_text=_("What arrives at that moment or later is not counted.")
    )
    districts = forms.MultipleChoiceField(
        label=_("Only these districts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Mark none, and the residents of the whole place vote."),
    )

    class Meta:
        model = Poll
        fields = [
            *("title", "text", "meaning", "effect", "norm", "in_favour", "against"),
            *("answer_due_on", "districts"),
        ]
        field_classes = {"title": VisibleField, "meaning": VisibleField, "norm": VisibleField}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 8}),
            "meaning": forms.TextInput(),
            "effect": forms.RadioSelect,
            "in_favour": forms.Textarea(attrs={"rows": 5}),
            "against": forms.Textarea(attrs={"rows": 5}),
            "answer_due_on": DayField.widget,
        }
        help_texts = {
            "title": _("In one line, as people would say it."),
            "text": _("What has happened and what is decided. **Two asterisks** make bold."),
            "meaning": _(
                "In one sentence: what the municipality does if this or that wins. For example:"
                " «If “yes” wins, the market opens on Sundays from May on.»"
            ),
            "effect": _(
                "«Consultative»: the municipality listens and says what it does. «Binding»: it is"
                " obliged, because a norm says so."
            ),
            "in_favour": _("Plain reasons, without insults. Both sides get about the same room."),
            "against": _("As long as the reasons for it, more or less."),
        }
        error_messages = {
            "title": {"required": _("Write a title.")},
            "text": {"required": _("Tell in a few lines what it is about.")},
            "meaning": {"required": _("Write in one sentence what the result will mean.")},
            "answer_due_on": {
                "required": _("Choose the day until which the municipality answers.")
            },
        }

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        poll = kwargs.get("instance")
        kwargs["initial"] = (moments_of(poll) if poll else begun()) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.municipality = municipality
        self.is_real = poll is None or not (poll.urn.is_test or poll.is_template)
        places = Place.objects.filter(
            level=PlaceLevel.DISTRICT, code__startswith=municipality.place_id
        )
        choices = list(places.order_by("name").values_list("code", "name"))
        if len(choices) > 1:
            self.fields["districts"].choices = choices
        else:
            del self.fields["districts"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("title", "text", "meaning"):
            if name in cleaned and not says_something(cleaned[name]):
                self.add_error(name, self.fields[name].error_messages["required"])
        self._refuse(
            "against", preparation.why_unequal, cleaned.get("in_favour"), cleaned.get("against")
        )
        self._refuse(
            "norm", preparation.why_not_binding, cleaned.get("effect"), cleaned.get("norm")
        )
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if self.is_real:
            self._refuse("opens_at", preparation.why_not_open_at, opens_at)
        self._refuse("closes_at", preparation.why_not_close_at, opens_at, closes_at)
        self._refuse(
            "answer_due_on",
            preparation.why_not_answered_by,
            closes_at,
            cleaned.get("answer_due_on"),
        )
        return cleaned

    def _refuse(self, name: str, why: Any, *values: Any) -> None:
        """Say what is wrong with values that are there at all."""
        if None not in values and (reason := why(*values)):
            self.add_error(name, reason)

    def _get_validation_exclusions(self) -> set[str]:
        # The constraint on binding results says the same as clean(), once more and at no field.
        return super()._get_validation_exclusions() | {"effect"}

    @property
    def sections(self) -> list[tuple[Any, list[Any]]]:
        """Its fields in the order in which one thinks of them, each group under a heading."""
        groups = [
            (_("1. What it is about"), ["title", "text", "meaning"]),
            (_("2. What the result obliges to"), ["effect", "norm"]),
            (_("3. Reasons of both sides"), ["in_favour", "against"]),
            (_("4. When"), ["opens_at", "closes_at", "answer_due_on"]),
            (_("5. Who votes"), ["districts"]),
        ]
        found = [(head, [self[n] for n in names if n in self.fields]) for head, names in groups]
        return [(head, fields) for head, fields in found if fields]


def moments_of(poll: Poll) -> dict[str, datetime]:
    return {"opens_at": poll.urn.opens_at, "closes_at": poll.urn.closes_at}


def begun() -> dict[str, Any]:
    """Dates to begin with: it opens in two weeks in the morning, for a week."""
    today = timezone.localdate()
    opens_at = datetime.combine(today + timedelta(days=14), time(8, 0))
    return {
        "opens_at": timezone.make_aware(opens_at),
        "closes_at": timezone.make_aware(opens_at + timedelta(days=7, hours=10)),
        "answer_due_on": today + timedelta(days=51),
    }


class LotsForm(forms.Form):
    """Where and before whom lots are drawn; and why, if they are drawn again."""

    use_required_attribute = False

    where = VisibleField(
        label=_("Where it is drawn"),
        max_length=160,
        help_text=_("For example: town hall, session room."),
        error_messages={"required": _("Write where it is drawn: it is done in public.")},
    )
    before = VisibleField(
        label=_("Before whom"),
        max_length=300,
        help_text=_(
            "Who is there and sees it, with their office: the committee, observers, press."
        ),
        error_messages={"required": _("Write who is there and sees it.")},
    )
    why = VisibleField(
        label=_("Why it is drawn again"),
        max_length=500,
        help_text=_("Everybody reads it. The first draw stays in the history."),
        error_messages={"required": _("Say why it is drawn again.")},
    )

    def __init__(self, *args: Any, is_again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_again:
            del self.fields["why"]


class ReasonForm(forms.Form):
    """Why a poll is called off."""

    use_required_attribute = False

    why = VisibleField(
        label=_("Why it is called off"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It stays on the page of the vote, for whoever can see it."),
        error_messages={"required": _("Say why: whoever can see the vote will read it.")},
    )


class AnswerForm(forms.Form):
    """What the municipality does with the result."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("What the municipality does with the result"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("What will be done, by whom and until when; and why, if it is not done."),
        error_messages={"required": _("Write what the municipality does with the result.")},
    )
    office = VisibleField(label=_("Office that answers"), max_length=120, required=False)
    review_on = DayField(
        label=_("Look at it again on"),
        required=False,
        help_text=_("On that day you are reminded to say in public what has become of it."),
    )

    def clean_review_on(self):
        return day_to_come(self.cleaned_data["review_on"])


class ReviewForm(forms.Form):
    """What has become of the result."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("What has become of the result"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write what has become of the result.")},
    )
    again_on = DayField(
        label=_("Look at it once more on"),
        required=False,
        help_text=_("Leave it empty if nothing is left to be done."),
    )

    def clean_again_on(self):
        return day_to_come(self.cleaned_data["again_on"])


def day_to_come(day):
    if day and day <= timezone.localdate():
        raise ValidationError(_("Choose a day to come."))
    return day


class ObjectionAnswerForm(forms.Form):
    use_required_attribute = False

    text = forms.CharField(
        label=_("Answer"),
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It is published below the objection, and cannot be changed afterwards."),
        error_messages={"required": _("Write the answer to the objection.")},
    )


class WatchersForm(forms.Form):
    """E-mail addresses, one in each line."""

    use_required_attribute = False

    watchers = forms.CharField(
        label=_("E-mail addresses"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        help_text=_("One in each line: the vigilance committee, observers, the press."),
    )

    def clean_watchers(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["watchers"].splitlines()]
        addresses = list(dict.fromkeys(line for line in lines if line))
        if len(addresses) > MOST_WATCHERS:
            raise ValidationError(_("At most %(count)d addresses.") % {"count": MOST_WATCHERS})
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError as problem:
                raise ValidationError(
                    _("«%(address)s» is no e-mail address.") % {"address": address}
                ) from problem
        return addresses


class PretendersForm(forms.Form):
    """How many pretend voters a test has."""

    number = forms.IntegerField(
        label=_("Pretend voters"), min_value=1, max_value=MOST_PRETENDERS, initial=5
    )

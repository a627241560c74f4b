"""What people say about a thing, as they type it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from decide.common.typed import says_something
from participation.enums import Side, ThreadKind
from participation.forms.fields import VisibleField
from participation.forms.personal_data import PersonalDataGuard
from participation.models.comments import COMMENT_LENGTH, Comment
from participation.rules.comments import is_office


if TYPE_CHECKING:
    from accounts.models import User
    from participation.models import Thread


class SaidField(VisibleField):
    """A comment's words, in Markdown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=COMMENT_LENGTH,
            error_messages={"required": _("Write something first.")},
            help_text=_(
                "**Two asterisks** make bold. With @ and somebody's short name they hear of it."
            ),
            widget=forms.Textarea(attrs={"rows": 4}),
            **kwargs,
        )

    def validate(self, value: str) -> None:
        super().validate(value)
        if not says_something(value):
            raise ValidationError(self.error_messages["required"], "required")


class CommentForm(PersonalDataGuard):
    """A comment or a reply. Its side is asked in debates, the office of whoever works for one."""

    use_required_attribute = False
    template_name = "participation/_comment_fields.html"

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    back = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)
    text = SaidField(label=_("Your comment"))
    side = forms.ChoiceField(
        label=_("Which side are you on?"),
        choices=Side.choices,
        initial=Side.NEUTRAL,
        widget=forms.RadioSelect,
        required=False,
    )
    as_office = VisibleField(
        label=_("Answer for the municipality, as"),
        required=False,
        max_length=120,
        help_text=_("The office you answer for. Leave it empty to speak for yourself."),
    )

    organisation = VisibleField(
        label=_("On behalf of an organisation"),
        required=False,
        max_length=120,
        help_text=_("Its name, if you speak for one. What you agree with stays your own."),
    )

    def __init__(
        self, *args: Any, user: User, thread: Thread, parent: Comment | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, auto_id=f"%s-{parent.pk if parent else 'new'}", **kwargs)
        if parent:
            self.fields["text"].label = _("Your reply")
        if parent or thread.kind != ThreadKind.DEBATE:
            del self.fields["side"]
        # Staff answer for their office; whoever else speaks for somebody does so for an organisation.
        del self.fields["organisation" if is_office(user, thread) else "as_office"]

    def clean_side(self) -> str:
        return self.cleaned_data["side"] or Side.NEUTRAL

    @property
    def said(self) -> dict[str, Any]:
        """What the action takes."""
        names = ("text", "side", "as_office", "organisation")
        given = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return given | {"form_key": self.cleaned_data.get("form_key") or uuid.uuid4()}


class EditForm(PersonalDataGuard):
    """The words of a comment, within their quarter of an hour."""

    use_required_attribute = False

    back = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)
    text = SaidField(label=_("Your comment"))

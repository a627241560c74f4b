"""What people type about words of a draft norm: which words, what they say, and other words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from norms.aligning import Text, plain
from norms.anchoring import Span, whole_words
from participation.forms.comments import CommentForm
from participation.forms.fields import VisibleField


if TYPE_CHECKING:
    from accounts.models import User
    from norms.models import Norm, Part

LONGEST_WORDS = 20_000
LONGEST_WORDING = 10_000


class AnnotationForm(CommentForm):
    """A comment on words of a provision. The words are typed or narrowed; the server finds them.

    `within` is the passage of the text that they are looked for in; `span`, once it is valid,
    where they are.
    """

    template_name = "norms/_annotate_fields.html"
    guarded = ("text", "new_text")

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=30_000)
    start = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=200_000)
    stop = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=200_000)
    offered = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200_000)
    words = forms.CharField(
        label=_("The words you mean"),
        max_length=LONGEST_WORDS,
        help_text=_("Leave only those you speak of, as the text has them."),
        error_messages={"required": _("Write the words of the text that you mean.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    new_text = VisibleField(
        label=_("How it should read"),
        required=False,
        max_length=LONGEST_WORDING,
        help_text=_("Change the words here. Left as they are, you propose no other wording."),
        widget=forms.Textarea(attrs={"rows": 3}),
        strip=True,
    )
    take_out = forms.BooleanField(label=_("Take these words out of the text"), required=False)

    field_order = ["words", "text", "new_text", "take_out", "as_office", "organisation"]

    def __init__(self, *args: Any, user: User, norm: Norm, part: Part, **kwargs: Any) -> None:
        super().__init__(*args, user=user, thread=norm.thread, **kwargs)
        self.part = part
        self.span: Span | None = None

    @property
    def within(self) -> Span:
        """The paragraphs that the form is about, as it was opened."""
        text = self.part.text
        start, stop = self.cleaned_data["start"], self.cleaned_data["stop"]
        start, stop = min(start, len(text)), min(max(stop, start), len(text))
        end = text.find("\n", stop)
        return text.rfind("\n", 0, start) + 1, len(text) if end < 0 else end

    @property
    def proposes(self) -> bool:
        """Whether another wording than the one that was offered is typed already."""
        return plain(self["new_text"].value() or "") != plain(self["offered"].value() or "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if {"start", "stop", "words"} <= set(cleaned):
            self._find_words(cleaned)
        if self.span and "new_text" in cleaned:
            self._clean_wording(cleaned)
        return cleaned

    def _find_words(self, cleaned: dict[str, Any]) -> None:
        typed = plain(cleaned["words"].replace("\r\n", "\n")).strip()
        given = whole_words(self.part.text, cleaned["start"], cleaned["stop"])
        if given and plain(self.part.text[slice(*given)]) == typed:
            self.span = given
            return
        if not any(sign.isalnum() for sign in typed):
            self.add_error("words", self.fields["words"].error_messages["required"])
            return
        found = _places(self.part.text, typed, self.within)
        if len(found) == 1:
            self.span = found[0]
        elif found:
            self.add_error("words", _("They are here several times: add the word beside them."))
        else:
            self.add_error("words", _("The text has no such words here. Copy them as they stand."))

    def _clean_wording(self, cleaned: dict[str, Any]) -> None:
        """None if no other wording is proposed, empty if the words are to go."""
        quote = self.part.text[slice(*self.span)] if self.span else ""
        typed = cleaned["new_text"]
        kept = {plain(quote).strip(), plain(cleaned.get("offered", "")).strip()}
        if cleaned.get("take_out"):
            if plain(typed).strip() not in kept | {""}:
                raise ValidationError(
                    _("Either other words or none: untick the box, or leave the words as they are.")
                )
            cleaned["new_text"] = ""
        elif plain(typed).strip() in kept:
            cleaned["new_text"] = None
        elif not typed:
            self.add_error(
                "new_text", _("To take the words out tick the box; else leave them as they are.")
            )

    @property
    def said(self) -> dict[str, Any]:
        """What the action takes."""
        given = super().said
        given.pop("side", None)
        start, stop = self.span or (0, 0)
        return given | {"start": start, "stop": stop, "new_text": self.cleaned_data["new_text"]}


def _places(text: str, words: str, within: Span) -> list[Span]:
    """Where the words are in that passage; in small letters too, if not as they are typed."""
    start, stop = within
    for passage, sought in ((text, words), (_small(text), _small(words))):
        found = [
            (start + first, start + last) for first, last in Text(passage[start:stop]).find(sought)
        ]
        if found:
            return found
    return []


def _small(text: str) -> str:
    """In small letters, as long as they were: a few signs would become two."""
    return "".join(low if len(low := sign.lower()) == 1 else sign for sign in text)

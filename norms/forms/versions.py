"""How a text is brought in, its parts put right, and a version published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.typed import says_something
from norms.docx_package import LARGEST_UPLOAD, MB
from norms.enums import HEADINGS, PartKind, SourceKind
from norms.lines import one_line
from norms.models import Part
from norms.structure import DEEPEST
from participation.forms.fields import VisibleField


if TYPE_CHECKING:
    from norms.models import Article

LONGEST_PASTED = 1_000_000
INDENT = 4  # spaces for each level, as the form shows it
SHOWN_OF_A_LINE = 160


class PastedField(forms.CharField):
    """Text as it was copied from anywhere; what nobody sees in it does no harm later on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\x00", "")


class ImportForm(forms.Form):
    """A Word document, Markdown or pasted text."""

    use_required_attribute = False

    source = forms.ChoiceField(
        label=_("Where the text comes from"),
        choices=[
            (kind.value, kind.label)
            for kind in (SourceKind.DOCX, SourceKind.PASTED, SourceKind.MARKDOWN)
        ],
        widget=forms.RadioSelect,
        initial=SourceKind.DOCX,
    )
    upload = forms.FileField(
        label=_("Word document"),
        required=False,
        help_text=_("A .docx of at most %(size)d MB, without macros and without a password.")
        % {"size": LARGEST_UPLOAD // MB},
        widget=forms.FileInput(
            attrs={
                "accept": ".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
        ),
        error_messages={"empty": _("This file is empty.")},
    )
    text = PastedField(
        label=_("Text"),
        required=False,
        max_length=LONGEST_PASTED,
        help_text=_(
            "All of it: recitals, títulos, capítulos, artículos, closing provisions, annexes."
        ),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
    )

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if upload and upload.name.lower().endswith((".docm", ".dotm")):
            raise ValidationError(
                _("It has macros. Save it as «Word document (.docx)», without them.")
            )
        if upload and upload.size > LARGEST_UPLOAD:
            raise ValidationError(
                _("It takes more than %(size)d MB. Take its pictures out: only the text is read.")
                % {"size": LARGEST_UPLOAD // MB}
            )
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        source = cleaned.get("source")
        if source == SourceKind.DOCX:
            if not cleaned.get("upload") and "upload" not in self.errors:
                self.add_error("upload", _("Choose the Word document."))
        elif source and "text" in cleaned and not says_something(cleaned["text"]):
            self.add_error("text", _("Paste the text here."))
        return cleaned


class LinesField(forms.CharField):
    """A part's text: a paragraph or inciso in each line, set in by spaces as often as by levels.

    Kept with a tab for each level; shown with four spaces, which every keyboard can type.
    """

    widget = forms.Textarea(attrs={"rows": 14})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        lines = []
        for raw in super().to_python(value).replace("\x00", "").splitlines():
            said = one_line(raw)
            wide = raw.expandtabs(INDENT)
            level = (len(wide) - len(wide.lstrip())) // INDENT
            if said:
                lines.append("\t" * min(level, DEEPEST) + said)
        return "\n".join(lines)

    def prepare_value(self, value: Any) -> Any:
        return value.replace("\t", " " * INDENT) if isinstance(value, str) else value


class PartForm(forms.Form):
    """What a part is, what it is called and what it says."""

    use_required_attribute = False

    kind = forms.ChoiceField(label=_("What it is"), choices=PartKind)
    label = VisibleField(
        label=pgettext_lazy("of an article", "Number"),
        required=False,
        max_length=80,
        help_text=_("As in «Artículo 5» or «TÍTULO II»."),
    )
    heading = VisibleField(
        label=pgettext_lazy("of an article", "Heading"),
        required=False,
        max_length=300,
        help_text=_("As in «Objeto»: what it is about."),
    )
    text = LinesField(
        label=_("Text"),
        required=False,
        max_length=100_000,
        help_text=_(
            "A paragraph or inciso in each line. Four spaces before it set it one level in."
        ),
    )

    def __init__(self, *args: Any, part: Part | None = None, **kwargs: Any) -> None:
        names = ("kind", "label", "heading", "text")
        kept = {name: getattr(part, name) for name in names} if part else {"kind": PartKind.ARTICLE}
        super().__init__(*args, initial=kept, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") in HEADINGS and cleaned.get("text"):
            self.add_error(
                "text",
                _("A heading has no text of its own. Put the text into an article below it."),
            )
        if not self.errors and not any(cleaned[name] for name in ("label", "heading", "text")):
            self.add_error("text", _("Write something: an empty part says nothing."))
        return cleaned


class CutForm(forms.Form):
    """With which line the second part begins."""

    use_required_attribute = False

    line = forms.TypedChoiceField(
        label=_("The second part begins with"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the line with which the second part begins.")},
    )

    def __init__(self, *args: Any, part: Part, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [
            (at, line.strip()[:SHOWN_OF_A_LINE]) for at, line in enumerate(part.lines) if at
        ]


class PublishVersionForm(forms.Form):
    """What changed, whether it is final, and which provision of the norm each part is."""

    use_required_attribute = False

    what_changed = VisibleField(
        label=_("What changed, in plain words"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody reads it beside the text."),
    )
    is_final = forms.BooleanField(
        label=_("It is the final text"),
        required=False,
        help_text=_("No other version comes after it."),
    )

    def __init__(
        self,
        *args: Any,
        parts: list[Part],
        proposed: dict[int, int | None],
        offered: dict[int, list[int]],
        articles: dict[int, Article],
        may_be_final: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parts, self.proposed, self.articles = parts, proposed, articles
        if not may_be_final:
            del self.fields["is_final"]
        if not articles:
            return
        for part in parts:
            choices = list(dict.fromkeys([*filter(None, [proposed[part.pk]]), *offered[part.pk]]))
            self.fields[f"part_{part.pk}"] = forms.TypedChoiceField(
                label=part.name,
                coerce=int,
                empty_value=None,
                required=False,
                initial=proposed[part.pk] or "",
                choices=[
                    ("", pgettext_lazy("provision", "New")),
                    *((pk, articles[pk].thread.title) for pk in choices),
                ],
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        taken: dict[int, Part] = {}
        for part in self.parts:
            article = cleaned.get(f"part_{part.pk}")
            if article is None:
                continue
            if article in taken:
                self.add_error(
                    f"part_{part.pk}",
                    _("«%(other)s» is this one already. Each provision is one part only.")
                    % {"other": taken[article].name},
                )
            taken[article] = part
        return cleaned

    @property
    def matches(self) -> dict[int, int | None]:
        """For the action."""
        return {part.pk: self.cleaned_data.get(f"part_{part.pk}") for part in self.parts}

    @property
    def rows(self) -> list[tuple[Part, Any]]:
        """Each part with its field, if the norm has had provisions before."""
        return [(part, self[f"part_{part.pk}"]) for part in self.parts] if self.articles else []

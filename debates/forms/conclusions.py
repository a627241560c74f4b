"""The conclusion of a question of the municipality, and the comments it takes up."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from decide.common.typed import says_something
from participation.models import Comment


QUOTE_LENGTH = 500


class ConclusionForm(forms.Form):
    """What is concluded, and a field to quote each comment that was chosen."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("Conclusion"),
        max_length=10_000,
        help_text=_(
            "What the municipality takes from the debate, what it will do with it, and why not the rest."
        ),
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("Write what the municipality takes from the debate.")},
    )

    def __init__(self, *args, chosen: Iterable[Comment] = (), needs_one: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.chosen, self.needs_one = list(chosen), needs_one
        for comment in self.chosen:
            self.fields[f"quote_{comment.pk}"] = forms.CharField(
                label=_("Words you quote"),
                max_length=QUOTE_LENGTH,
                required=False,
                help_text=_("Copied from the comment. Without them, it is linked as a whole."),
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def clean(self):
        cleaned = super().clean()
        if "text" in cleaned and not says_something(cleaned["text"]):
            self.add_error("text", self.fields["text"].error_messages["required"])
        if self.needs_one and not self.chosen:
            self.add_error(None, _("Choose at least one comment that the conclusion takes up."))
        for comment in self.chosen:
            quote = " ".join((cleaned.get(f"quote_{comment.pk}") or "").split())
            if quote not in " ".join(comment.text.split()):
                self.add_error(
                    f"quote_{comment.pk}",
                    _("These words are not in the comment. Copy them as they are."),
                )
        return cleaned

    @property
    def quotes(self) -> dict[int, str]:
        return {c.pk: self.cleaned_data[f"quote_{c.pk}"] for c in self.chosen}

    @property
    def chosen_fields(self) -> list[tuple]:
        return [(comment, self[f"quote_{comment.pk}"]) for comment in self.chosen]

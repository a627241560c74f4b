"""Documents of a poll."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participation.forms.files import DocumentsField
from votes.models import Poll


class FilesForm(forms.Form):
    """Up to three PDFs to add, and those there are to be taken out."""

    use_required_attribute = False

    documents = DocumentsField(required=False)
    remove = forms.MultipleChoiceField(
        label=_("Take out"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = poll.thread.documents.order_by("pk").values_list("pk", "title")
        self.fields["remove"].choices = list(kept)
        if not kept:
            del self.fields["remove"]

    @property
    def removed(self) -> set[int]:
        return {int(pk) for pk in self.cleaned_data.get("remove", [])}

"""Fields for pictures and documents that any room's form may use."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _, ngettext_lazy

from participation import documents, images


if TYPE_CHECKING:
    from participation.models import Document, Image, Thread


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Several files in one field; cleans to a list, which is empty if there are none."""

    limit = 3
    too_many = ngettext_lazy(
        "You chose more than %(limit)d file. Choose the most important one.",
        "You chose more than %(limit)d files. Choose the most important ones.",
        "limit",
    )
    accept = ""

    def __init__(self, *, limit: int | None = None, **kwargs) -> None:
        if limit is not None:
            self.limit = limit
        attrs = {"accept": self.accept} if self.accept else {}
        kwargs.setdefault("widget", MultipleFileInput(attrs=attrs))
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        uploads = [each for each in data or [] if each] if isinstance(data, list | tuple) else data
        uploads = uploads if isinstance(uploads, list) else [uploads] if uploads else []
        if not uploads:
            super().clean(None, initial)
            return []
        if len(uploads) > self.limit:
            raise ValidationError(self.too_many % {"limit": self.limit}, code="too_many")
        problems, cleaned = [], []
        for upload in uploads:
            try:
                cleaned.append(super().clean(upload, initial))
                self.check(cleaned[-1])
            except ValidationError as problem:
                problems += [self.named(upload, text) for text in problem.messages]
        if problems:
            raise ValidationError(problems)
        return cleaned

    def named(self, upload, text: str) -> str:
        """With several files the message says which of them it means."""
        name = PurePath(str(upload.name).replace("\x00", "")).name[:60]
        return f"«{name}»: {text}" if self.limit > 1 else text

    def check(self, upload) -> None:
        """Raise a ValidationError for a file that is not taken."""


class ImagesField(MultipleFileField):
    """Up to three pictures. `images.store_image` keeps them."""

    limit = images.PER_THREAD
    accept = "image/jpeg,image/png,image/webp,image/avif,image/gif"

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("label", _("Pictures"))
        kwargs.setdefault("help_text", _("Up to 3 photos of at most 5 MB each."))
        super().__init__(**kwargs)

    def check(self, upload) -> None:
        try:
            images.check(upload)
        except images.InvalidImage as problem:
            raise ValidationError(str(problem), code="invalid_image") from problem


class DocumentsField(MultipleFileField):
    """Up to three PDFs. `documents.store_document` keeps them."""

    limit = documents.PER_THREAD
    accept = "application/pdf"

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("label", _("Documents"))
        kwargs.setdefault("help_text", _("Up to 3 PDFs of at most 5 MB each."))
        super().__init__(**kwargs)

    def check(self, upload) -> None:
        try:
            documents.check(upload)
        except documents.InvalidDocument as problem:
            raise ValidationError(str(problem), code="invalid_document") from problem


class FilesForm(forms.Form):
    """A form of something with pictures and documents, each of which may be described or removed."""

    images = ImagesField(required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.pictures: list[Image] = []
        self.papers: list[Document] = []

    def show_files(self, thread: Thread) -> None:
        """A field to describe or remove each file that is there."""
        self.pictures = list(thread.images.of_author())
        for image in self.pictures:
            self.fields[f"image_{image.pk}"] = forms.CharField(
                label=_("What the picture shows"),
                max_length=200,
                required=False,
                initial=image.description,
                help_text=_("For those who cannot see it."),
            )
            self.fields[f"remove_image_{image.pk}"] = forms.BooleanField(
                label=_("Remove this picture"), required=False
            )
        self.papers = list(thread.documents.all()) if "documents" in self.fields else []
        for document in self.papers:
            self.fields[f"remove_document_{document.pk}"] = forms.BooleanField(
                label=_("Remove «%(title)s»") % {"title": document.title}, required=False
            )

    def removed(self, kind: str) -> set[int]:
        """Ids of the pictures or documents that are to go."""
        marker = f"remove_{kind}_"
        return {
            int(name.removeprefix(marker))
            for name, value in self.cleaned_data.items()
            if name.startswith(marker) and value
        }

    @property
    def files_changed(self) -> dict[str, Any]:
        """For participation.attachments.change."""
        return {
            "add_images": self.cleaned_data.get("images") or [],
            "add_documents": self.cleaned_data.get("documents") or [],
            "remove_images": self.removed("image"),
            "remove_documents": self.removed("document"),
            "descriptions": self.descriptions,
        }

    @property
    def descriptions(self) -> dict[int, str]:
        """What each picture shows, where somebody has said it."""
        said = {image.pk: self.cleaned_data.get(f"image_{image.pk}") for image in self.pictures}
        return {pk: text for pk, text in said.items() if text}

    @property
    def picture_fields(self) -> list[tuple]:
        return [
            (image, self[f"image_{image.pk}"], self[f"remove_image_{image.pk}"])
            for image in self.pictures
        ]

    @property
    def paper_fields(self) -> list[tuple]:
        return [(paper, self[f"remove_document_{paper.pk}"]) for paper in self.papers]

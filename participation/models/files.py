from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from municipalities.models import Municipality
from participation.models.thread import Thread


def storage_path(attachment: Image | Document, name: str) -> str:
    """Files lie under their municipality and an unguessable name, never the name they came with."""
    return f"m/{attachment.municipality_id}/{attachment.uuid}/{name}"


class AttachmentQuerySet(models.QuerySet):
    def with_address(self) -> Self:
        """What the address of a file needs, so that a list of them asks once."""
        return self.select_related("municipality")


class ImageQuerySet(AttachmentQuerySet):
    def of_author(self) -> Self:
        return self.filter(by_office=False)

    def of_office(self) -> Self:
        return self.filter(by_office=True)


class AttachmentManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().with_address()


class Image(models.Model):
    """A picture of a thing: re-encoded, without the data its camera wrote, in a few widths.

    `file` is the largest WebP; beside it lie `480.webp`, `960.webp` and the same as AVIF
    where the machine can make it (see participation/images.py).
    """

    WIDTHS = (480, 960)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="images")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="images")
    file = models.FileField(upload_to=storage_path, max_length=200)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    has_avif = models.BooleanField(default=False)
    description = models.CharField(_("description for those who cannot see it"), max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    by_office = models.BooleanField(_("added by the municipality"), default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentManager.from_queryset(ImageQuerySet)()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.description

    @property
    def widths(self) -> list[int]:
        return [*(width for width in self.WIDTHS if width < self.width), self.width]

    @property
    def formats(self) -> list[str]:
        return ["avif", "webp"] if self.has_avif else ["webp"]

    @property
    def names(self) -> list[str]:
        """The files of the picture, one for each width and format."""
        return [f"{width}.{encoding}" for encoding in self.formats for width in self.widths]

    def url(self, width: int | None = None, encoding: str = "webp") -> str:
        """Where the picture is served, in the nearest width that is at least as wide."""
        wide = min((w for w in self.widths if w >= (width or self.width)), default=self.width)
        args = [self.municipality.slug, self.uuid, wide, encoding]
        return reverse("participation:image", args=args)

    def srcset(self, encoding: str) -> str:
        return ", ".join(f"{self.url(width, encoding)} {width}w" for width in self.widths)

    @property
    def variants(self) -> dict[str, str]:
        """For each format the widths a browser may choose from, as `srcset` says it."""
        return {encoding: self.srcset(encoding) for encoding in self.formats}

    @property
    def picture(self) -> dict[str, str | int]:
        """What components/_picture.html shows."""
        return {
            "src": self.url(960),
            "alt": self.description,
            "width": self.width,
            "height": self.height,
            **{f"srcset_{encoding}": srcset for encoding, srcset in self.variants.items()},
        }


class Document(models.Model):
    """A PDF that belongs to a thing."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="documents")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="documents")
    file = models.FileField(upload_to=storage_path, max_length=200)
    title = models.CharField(_("title"), max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentManager.from_queryset(AttachmentQuerySet)()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("participation:document", args=[self.municipality.slug, self.uuid])

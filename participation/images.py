"""Pictures as we keep them: decoded, turned upright, encoded anew, in a few widths.

Nothing of the file that came survives but what can be seen: no camera, no place, no
second payload behind a valid header. What is kept lies under its municipality in the
default storage; participation/files.py says when it goes again.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image as Pillow, ImageCms, ImageOps, features

from participation import files
from participation.models import Image, Thread, storage_path


if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
PER_THREAD = 3
MAX_WIDTH, MAX_HEIGHT = 1600, 2400
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
WEBP = {"quality": 80, "method": 4}
AVIF = {"quality": 60, "speed": 9}
MAKES_AVIF = features.check("avif")


class InvalidImage(Exception):
    """The file is no picture we take. Its text tells the citizen why and what to do."""


class TooManyImages(Exception):
    """The thread has as many pictures as it may have."""


def check(upload: UploadedFile) -> None:
    """Refuse, in words, what is too heavy, too large or no picture at all."""
    _opened(upload)


@transaction.atomic
def store_image(
    thread: Thread,
    upload: UploadedFile,
    description: str,
    *,
    by: User | None,
    position: int | None = None,
    by_office: bool = False,
) -> Image:
    """Add a picture to the thread; those of the office do not take the author's room."""
    picture = _prepared(upload)
    Thread.objects.select_for_update().get(pk=thread.pk)
    there = thread.images.filter(by_office=by_office).count()
    if there >= PER_THREAD and not by_office:
        raise TooManyImages(
            _("There are already %(count)d pictures. Remove one to add another.")
            % {"count": PER_THREAD}
        )
    image = Image(
        municipality_id=thread.municipality_id,
        thread=thread,
        width=picture.width,
        height=picture.height,
        description=description,
        position=there if position is None else position,
        by_office=by_office,
        has_avif=MAKES_AVIF,
        uploaded_by=by,
    )
    contents = {name: _encoded(picture, *_of(name)) for name in image.names}
    folder = storage_path(image, "")
    with files.kept_if_committed(folder) as write:
        for name, content in contents.items():
            write(storage_path(image, name), ContentFile(content))
    image.file.name = storage_path(image, f"{image.width}.webp")
    image.save()
    return image


@transaction.atomic
def remove_image(image: Image) -> None:
    """Take the picture away, row and files; a rolled back removal leaves both."""
    files.remove_when_committed(storage_path(image, ""))
    image.delete()


def as_jpeg(upload: UploadedFile) -> bytes:
    """A photo of a paper, encoded anew as one file for everybody's computer."""
    picture = _prepared(upload)
    if picture.mode != "RGB":
        paper = Pillow.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _opened(upload: UploadedFile) -> Pillow.Image:
    if upload.size > MAX_BYTES:
        raise InvalidImage(
            _(
                "This picture weighs %(size)s and the limit is %(limit)s. "
                "Choose a smaller one, or send it to yourself by chat and use that copy."
            )
            % {"size": filesizeformat(upload.size), "limit": filesizeformat(MAX_BYTES)}
        )
    try:
        upload.seek(0)
        picture = Pillow.open(upload, formats=FORMATS)
        too_large = picture.width * picture.height > MAX_PIXELS
        if not too_large:
            picture.verify()
            upload.seek(0)
            picture = Pillow.open(upload, formats=FORMATS)
            # A JPEG is decoded at the nearest scale we need, which spares most of the memory.
            picture.draft("RGB", (MAX_WIDTH, MAX_WIDTH))
            picture.load()
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning):
        too_large = True
    except Exception as problem:  # a hostile file may break its decoder anywhere
        raise InvalidImage(
            _(
                "This file is not a picture we can read, or it is damaged. "
                "Use a photo in JPEG, PNG or WebP."
            )
        ) from problem
    if too_large:
        raise InvalidImage(
            _(
                "This picture has too many pixels: the limit is %(limit)d million. "
                "Make it smaller and try again."
            )
            % {"limit": MAX_PIXELS // 1_000_000}
        )
    return picture


def _prepared(upload: UploadedFile) -> Pillow.Image:
    """Upright, in sRGB, not larger than the largest we show, and nothing but pixels."""
    picture = _opened(upload)
    if picture.mode == "P":
        picture = picture.convert("RGBA")
    # Small before anything else is done to it: each step copies every pixel.
    picture.thumbnail((MAX_HEIGHT, MAX_HEIGHT), reducing_gap=3.0)
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    see_through = picture.has_transparency_data
    if profile:
        picture = _in_srgb(picture, profile)
    picture = picture.convert("RGBA" if see_through else "RGB")
    picture.thumbnail((MAX_WIDTH, MAX_HEIGHT), reducing_gap=3.0)
    picture.info.clear()
    return picture


def _in_srgb(picture: Pillow.Image, profile: bytes) -> Pillow.Image:
    if picture.mode not in ("RGB", "CMYK"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a broken profile costs a shade of colour, not the picture


def _of(name: str) -> tuple[int, str]:
    width, _dot, encoding = name.partition(".")
    return int(width), encoding


def _encoded(picture: Pillow.Image, width: int, encoding: str) -> bytes:
    if width < picture.width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Pillow.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    picture.save(out, encoding.upper(), **(AVIF if encoding == "avif" else WEBP))
    return out.getvalue()

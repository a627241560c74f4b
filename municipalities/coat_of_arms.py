"""A coat of arms as staff send it, made into a small picture that can do no harm."""

from io import BytesIO
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError


LARGEST_FILE = 2 * 1024 * 1024
MOST_PIXELS = 25_000_000
SIDE = 384
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def redrawn(upload) -> ContentFile:
    """The picture drawn anew as WebP at most 384 pixels wide; nothing else of the file stays."""
    if upload.size > LARGEST_FILE:
        raise ValidationError(_("The picture is larger than 2 MB. Make it smaller and try again."))
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("The picture has too many pixels. Make it smaller."))
            picture.load()
            small = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ValidationError(
            _("This file is not a picture we can read. Send a PNG, JPEG or WebP.")
        ) from None
    small.thumbnail((SIDE, SIDE))
    out = BytesIO()
    small.save(out, "WEBP", quality=88, method=6)
    return ContentFile(out.getvalue(), name=f"{uuid4().hex}.webp")

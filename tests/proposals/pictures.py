"""A small photo as a phone would send it, or what only pretends to be one."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def photo(*, broken: bool = False, name: str = "photo.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "#B4472B").save(out, "JPEG")
    content = out.getvalue()[:200] if broken else out.getvalue()
    return SimpleUploadedFile(name, content, content_type="image/jpeg")

"""Files as people (and others) send them."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow
from PIL.TiffImagePlugin import IFDRational
from pypdf import PdfWriter
from pypdf.actions import JavaScript


def photo(width=1200, height=800, form="JPEG", name="foto.jpg", colour="#0F5F5C", **options):
    out = io.BytesIO()
    Pillow.new("RGB", (width, height), colour).save(out, form, **options)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def photo_with_place():
    """As a phone takes it: lying on its side, with where and with what it was taken."""
    exif = Pillow.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Celular de Rosa"
    exif.get_ifd(0x8825).update({1: "S", 2: (IFDRational(7), IFDRational(54), IFDRational(0))})
    return photo(1200, 800, exif=exif)


def pdf(pages=1, *, password="", script="", author="Rosa Quispe", name="informe.pdf"):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": author})
    if script:
        writer.add_open_action(JavaScript(script))
        writer.add_attachment("payload.exe", b"MZ")
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")


def text_file(content=b"hello", name="foto.jpg"):
    return SimpleUploadedFile(name, content, "image/jpeg")

import io
import struct
import zlib
from pathlib import Path

import pytest
from django import forms
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.datastructures import MultiValueDict
from PIL import Image as Pillow

from municipalities.rls import municipality_scope
from participation import images
from participation.forms.files import ImagesField
from participation.images import InvalidImage, TooManyImages, remove_image, store_image
from participation.models import Image
from tests.factories import MunicipalityFactory, ThreadFactory, UserFactory
from tests.participation.files import photo, photo_with_place, text_file


@pytest.fixture
def thread():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        yield ThreadFactory(municipality=municipality, author=UserFactory())


def stored_files(settings):
    root = Path(settings.MEDIA_ROOT)
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())


def opened(image, name):
    with default_storage.open(f"m/{image.municipality_id}/{image.uuid}/{name}") as file:
        return Pillow.open(io.BytesIO(file.read()))


def test_a_photo_is_kept_in_three_widths_and_two_formats(thread, settings):
    image = store_image(thread, photo(4000, 3000), "La plaza", by=thread.author)

    assert (image.width, image.height) == (1600, 1200)
    folder = f"m/{thread.municipality_id}/{image.uuid}"
    names = [f"{w}.{e}" for w in (1600, 480, 960) for e in ("avif", "webp")]
    assert stored_files(settings) == [f"{folder}/{name}" for name in names]
    assert opened(image, "480.webp").size == (480, 360)
    assert opened(image, "960.avif").format == "AVIF"
    assert image.file.name == f"{folder}/1600.webp"


def test_a_small_picture_is_not_blown_up(thread):
    image = store_image(thread, photo(300, 200), "La plaza", by=thread.author)

    assert image.names == ["300.avif", "300.webp"]


def test_nothing_the_camera_wrote_survives_and_the_picture_stands_upright(thread):
    image = store_image(thread, photo_with_place(), "La plaza", by=thread.author)

    for name in image.names:
        kept = opened(image, name)
        assert (dict(kept.getexif()), kept.info.get("icc_profile")) == ({}, None)
    assert (image.width, image.height) == (800, 1200)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_the_usual_formats_are_taken(thread, form):
    assert store_image(thread, photo(600, 400, form), "La plaza", by=thread.author).pk


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_whatever_its_kind_of_colour_a_picture_is_kept(thread, mode):
    out = io.BytesIO()
    form = {"CMYK": "JPEG", "F": "TIFF"}.get(mode, "PNG")
    Pillow.new(mode, (900, 600)).save(out, form)

    if form == "TIFF":
        with pytest.raises(InvalidImage):
            store_image(thread, text_file(out.getvalue()), "La plaza", by=None)
    else:
        image = store_image(thread, text_file(out.getvalue()), "La plaza", by=None)
        assert (image.width, image.height) == (900, 600)


def test_a_broken_colour_profile_does_not_cost_the_picture(thread):
    upload = photo(icc_profile=b"no profile at all")

    assert store_image(thread, upload, "La plaza", by=None).width == 1200


def test_a_picture_that_is_too_heavy_is_told_its_weight_and_the_limit(thread):
    upload = text_file(b"x" * (images.MAX_BYTES + 600_000))

    with pytest.raises(InvalidImage, match=r"5[.,]6.MB.*5[.,]0.MB"):
        store_image(thread, upload, "La plaza", by=thread.author)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\x00" * 1000,
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"\xff\xd8\xff\xe0" + b"JFIF" * 50,
        photo().read()[:900],
        b"GIF89a<script>alert(1)</script>",
    ],
    ids=["empty", "text", "nul", "svg", "false jpeg", "half a jpeg", "gif with a script"],
)
def test_what_is_no_picture_is_refused_in_words(thread, settings, content):
    with pytest.raises(InvalidImage, match="foto en JPEG|photo in JPEG"):
        store_image(thread, text_file(content), "La plaza", by=thread.author)

    assert stored_files(settings) == []


@pytest.mark.parametrize("side", [7_000, 12_000, 60_000])
def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked(thread, side):
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header
    chunk += struct.pack(">I", zlib.crc32(b"IHDR" + header))
    data = zlib.compress(b"\x00" * 100_000)
    body = struct.pack(">I", len(data)) + b"IDAT" + data
    body += struct.pack(">I", zlib.crc32(b"IDAT" + data))

    with pytest.raises(InvalidImage, match="40"):
        store_image(thread, text_file(b"\x89PNG\r\n\x1a\n" + chunk + body), "", by=None)


def test_a_payload_behind_a_picture_is_left_behind(thread):
    upload = photo()
    upload = text_file(upload.read() + b"<?php system('id'); ?>")

    image = store_image(thread, upload, "La plaza", by=thread.author)

    with default_storage.open(image.file.name) as file:
        assert b"php" not in file.read()


def test_a_thread_has_three_pictures_of_its_author_and_those_of_the_office_besides(thread):
    for number in range(3):
        image = store_image(thread, photo(), f"{number}", by=thread.author)
        assert image.position == number

    with pytest.raises(TooManyImages):
        store_image(thread, photo(), "one more", by=thread.author)

    store_image(thread, photo(), "Avance de obra", by=None, by_office=True)
    assert thread.images.of_author().count() == 3


def test_a_transaction_that_fails_leaves_no_files(thread, settings):
    with transaction.atomic():
        store_image(thread, photo(), "La plaza", by=thread.author)
        assert len(stored_files(settings)) == 6
        transaction.set_rollback(True)

    assert (stored_files(settings), Image.objects.count()) == ([], 0)


def test_a_removed_picture_takes_its_files_with_it_once_that_is_sure(
    thread, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        image = store_image(thread, photo(), "La plaza", by=thread.author)

    with django_capture_on_commit_callbacks(execute=True):
        remove_image(image)
        assert len(stored_files(settings)) == 6

    assert stored_files(settings) == []


class PictureForm(forms.Form):
    pictures = ImagesField(required=False)


def sent(*uploads):
    return PictureForm({}, MultiValueDict({"pictures": uploads}))


def test_a_form_takes_up_to_three_pictures_or_none():
    form = sent(photo(), photo())

    assert form.is_valid()
    assert len(form.cleaned_data["pictures"]) == 2
    assert sent().is_valid()
    assert not sent(*[photo() for _ in range(4)]).is_valid()


def test_a_form_says_which_of_the_files_is_wrong():
    form = sent(photo(), text_file(name="acta\x00.jpg"))

    assert not form.is_valid()
    [message] = form.errors["pictures"]
    assert message.startswith("«acta.jpg»: ")

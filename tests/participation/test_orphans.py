import os
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from municipalities.rls import municipality_scope
from participation.images import store_image
from participation.periodic import remove_orphans
from tests.factories import MunicipalityFactory, ThreadFactory, UserFactory
from tests.participation.files import photo


def grow_old(settings):
    for path in Path(settings.MEDIA_ROOT).rglob("*.*"):
        os.utime(path, (0, 0))


def test_at_night_files_go_that_no_row_speaks_of(settings, django_capture_on_commit_callbacks):
    here = MunicipalityFactory()
    with municipality_scope(here), django_capture_on_commit_callbacks(execute=True):
        thread = ThreadFactory(municipality=here, author=UserFactory())
        kept = store_image(thread, photo(), "La plaza", by=None)
        lost = store_image(thread, photo(), "La plaza", by=None)
    with municipality_scope(here):
        type(lost).objects.filter(pk=lost.pk).delete()
    foreign = default_storage.save(f"m/{here.pk}/leeme/texto.txt", ContentFile(b"x"))

    assert remove_orphans() == 0  # it might belong to a transaction that has not ended
    grow_old(settings)
    assert remove_orphans() == 1

    assert default_storage.exists(kept.file.name)
    assert not default_storage.exists(lost.file.name)
    assert default_storage.exists(foreign)

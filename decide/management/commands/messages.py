"""Collect the text of a room into its catalog and compile every catalog, without GNU gettext."""

import io
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize


KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

# Templates that carry the name of a library but are the work of a room.
ALSO = {"accounts": ["account", "mfa", "socialaccount", "usersessions"]}


class Command(BaseCommand):
    help = "Update locale/<room>/es/LC_MESSAGES/django.po from the code, and compile."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("rooms", nargs="*", help="rooms to collect; all without any")
        parser.add_argument("--compile", action="store_true", help="only compile")

    def handle(self, *, rooms, compile, **options):
        if unknown := set(rooms) - set(settings.ROOMS):
            raise CommandError(f"No such room: {', '.join(sorted(unknown))}")
        if not compile:
            for room in rooms or settings.ROOMS:
                catalog = updated(room)
                catalog_path(room).parent.mkdir(parents=True, exist_ok=True)
                catalog_path(room).write_bytes(as_text(catalog))
                missing = sum(1 for message in catalog if message.id and not is_translated(message))
                self.stdout.write(f"{room}: {len(catalog)} texts, {missing} without Spanish")
        for room in settings.ROOMS:
            if catalog_path(room).exists():
                compile_catalog(catalog_path(room))


def catalog_path(room: str) -> Path:
    return settings.BASE_DIR / "locale" / room / "es" / "LC_MESSAGES" / "django.po"


def is_translated(message) -> bool:
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(texts) and not message.fuzzy


def texts_of(room: str) -> Catalog:
    """Every text that the room's code and templates give to gettext."""
    catalog = Catalog(locale="es", domain="django", fuzzy=False)
    for path in sources(room):
        source = path.read_text()
        if path.suffix != ".py":
            lines = templatize(source, origin=str(path)).splitlines()
            source = "\n".join(line.lstrip() for line in lines)  # HTML's indents are not Python's
        where = str(path.relative_to(settings.BASE_DIR))
        stream = io.BytesIO(source.encode())
        for _line, message, _comments, context in extract(
            "python", stream, keywords=KEYWORDS, comment_tags=()
        ):
            if message:
                # No line numbers: they would change with every edit and hide what did.
                flags = ["python-format"] if "%(" in str(message) else []
                catalog.add(message, locations=[(where, 0)], context=context, flags=flags)
    return catalog


def sources(room: str) -> list[Path]:
    base = settings.BASE_DIR
    python = [p for p in (base / room).rglob("*.py") if "migrations" not in p.parts]
    folders = [room, *ALSO.get(room, [])]
    if room == "decide":  # also what belongs to no single room
        taken = {*settings.ROOMS, *(folder for also in ALSO.values() for folder in also)} - {room}
        folders = [p.name for p in (base / "templates").iterdir() if p.name not in taken]
    templates = []
    for folder in folders:
        path = base / "templates" / folder
        templates += path.rglob("*") if path.is_dir() else [path]
    return sorted(python + [p for p in templates if p.suffix in {".html", ".txt"} and p.is_file()])


def updated(room: str) -> Catalog:
    """The room's catalog as it should be: today's texts with the Spanish they have."""
    catalog = Catalog(locale="es", fuzzy=False)
    if catalog_path(room).exists():
        with catalog_path(room).open("rb") as file:
            catalog = read_po(file, locale="es")
    catalog.update(texts_of(room), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def as_text(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalog, width=100, sort_output=True, include_lineno=False)
    return file.getvalue()


def compile_catalog(path: Path) -> None:
    with path.open("rb") as file:
        catalog = read_po(file, locale="es")
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)

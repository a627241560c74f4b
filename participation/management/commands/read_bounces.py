"""Read the mails that came back, so that nobody is written to in vain."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from participation import bounces


class Command(BaseCommand):
    help = (
        "Reads mails that came back (RFC 3464) from a mailbox file, or one from standard input,"
        " as a mail server hands it over: |manage.py read_bounces"
    )

    def add_arguments(self, parser):
        parser.add_argument("mbox", nargs="?", type=Path, help="a file in mbox format")

    def handle(self, *, mbox, **options):
        if mbox and not mbox.is_file():
            raise CommandError(f"There is no file {mbox}.")
        messages = bounces.messages_of(mbox) if mbox else [bounces.parse(sys.stdin.buffer.read())]
        read = reports = stopped = 0
        for message in messages:
            found = bounces.reports_in(message)
            read, reports = read + 1, reports + len(found)
            stopped += sum(map(bounces.take_in, found))
        self.stdout.write(
            f"{read} mails read, {reports} reports in them, {stopped} addresses are dead now."
        )

import json
import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from decide.demo import load
from municipalities.models import Municipality


class Command(BaseCommand):
    help = "Load the demo once and write its accounts to VAR/demo-accounts.json."

    def handle(self, *args, **options):
        if settings.SECURE:
            raise CommandError(
                "This is a server for real people (SECURE=1). The demo has passwords that "
                "everybody knows, so it is not loaded here."
            )
        path = settings.VAR / "demo-accounts.json"
        if load.is_loaded():
            if not path.exists():
                raise CommandError(
                    f"The demo is loaded, but {path} is gone. Start over with: make demo-reset"
                )
            self.stdout.write("The demo is there already; nothing was changed.")
            return
        if not Municipality.objects.filter(slug=load.REGION).exists():
            raise CommandError("There are no places yet. First: manage.py load_places")
        with transaction.atomic():
            accounts = [account.as_dict() for account in load.load()]
            # Within the transaction, so that there is never a demo nobody can sign in to.
            write(path, accounts)
        self.stdout.write(f"{len(accounts)} accounts and people to try are in {path}.")


def write(path, accounts):
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(accounts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    draft.replace(path)

"""Work that an action leaves for later; Celery finds it here."""

from votes.tasks import opening


__all__ = ["opening"]

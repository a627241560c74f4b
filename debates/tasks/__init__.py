"""Work that an action leaves for later; Celery finds it here."""

from debates.tasks import opinion


__all__ = ["opinion"]

"""Work that an action leaves for later; Celery finds it here."""

from participation.tasks import digests, newsletters, notices


__all__ = ["digests", "newsletters", "notices"]

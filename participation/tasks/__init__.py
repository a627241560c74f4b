"""Work that an action leaves for later; Celery finds it here."""

from participation.tasks import notices


__all__ = ["notices"]

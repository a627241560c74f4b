"""Work that an action leaves for later; Celery finds it here."""

from processes.tasks import meetings


__all__ = ["meetings"]

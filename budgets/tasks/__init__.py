"""Work that an action leaves for later; Celery finds it here."""

from budgets.tasks import counting


__all__ = ["counting"]

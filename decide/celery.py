"""The Celery application; tasks lie in each room's tasks.py and periodic.py."""

import os

from celery import Celery


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "decide.settings")

app = Celery("decide")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="periodic")
app.autodiscover_tasks(["processes"], related_name="reminders")

"""Work plans, evidence, milestones, lights, tasks and reminders."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_practices")]

    operations: list[migrations.operations.base.Operation] = []

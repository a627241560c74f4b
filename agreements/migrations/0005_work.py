"""Work plans, evidence, milestones, lights, tasks and reminders."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_practices")]

    operations = [
        # A light set by hand ends after the day it was set, and within 60 days.
        migrations.RunSQL(
            """
            ALTER TABLE agreements_override ADD CONSTRAINT agreements_override_ends_in_time
            CHECK (expires_on - set_on BETWEEN 1 AND 60)
            """,
            "ALTER TABLE agreements_override DROP CONSTRAINT agreements_override_ends_in_time",
        ),
    ]

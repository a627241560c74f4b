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
        # What waits for planners, and what was turned down: few rows of many.
        migrations.RunSQL(
            """
            CREATE INDEX agreements_evidence_to_look_at ON agreements_evidence (added_at)
            WHERE state = 'uploaded'
            """,
            "DROP INDEX agreements_evidence_to_look_at",
        ),
        migrations.RunSQL(
            """
            CREATE INDEX agreements_evidence_turned_down ON agreements_evidence (item_id)
            WHERE state = 'rejected'
            """,
            "DROP INDEX agreements_evidence_turned_down",
        ),
    ]

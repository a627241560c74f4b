"""When a meeting changed, who has a seat, what was sent; and what was decided stays as published."""

import django.utils.timezone
from django.db import migrations, models

from municipalities.rls import Function, Guard


DECIDED = """
CREATE FUNCTION processes_agenda_is_minuted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM processes_minutes
        WHERE meeting_id = OLD.meeting_id AND published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'what a published acta says was decided does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'processes_agendaitem_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("processes", "0003_processes")]
    operations = [
        migrations.AddField(
            "meeting",
            "changed_at",
            models.DateTimeField(
                default=django.utils.timezone.now, editable=False, verbose_name="changed"
            ),
        ),
        migrations.AddField(
            "registration",
            "seated_at",
            models.DateTimeField(blank=True, null=True, verbose_name="has a seat since"),
        ),
        migrations.AddField(
            "registration",
            "sent_sequence",
            models.PositiveIntegerField(
                editable=False, null=True, verbose_name="last change that was sent"
            ),
        ),
        Function("processes_agenda_is_minuted()", DECIDED),
        Guard("processes_agendaitem", "processes_agenda_is_minuted()"),
    ]

"""What of a matter raised to another level may change, and by whom; and what the region sees."""

from django.db import migrations

from municipalities.rls import IDS, IN_REGION, Function, Guard


# Who sent it has said what there was to say; who received it answers, and nothing else changes.
ANSWERED = f"""
CREATE FUNCTION processes_escalation_is_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'what was raised to another level is not taken back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'processes_escalation_stays';
    END IF;
    IF to_jsonb(NEW) - '{{state,answer,answer_by,answered_at}}'::text[]
        <> to_jsonb(OLD) - '{{state,answer,answer_by,answered_at}}'::text[]
    THEN
        RAISE EXCEPTION 'of what was raised only the answer changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'processes_escalation_stays';
    END IF;
    IF NOT coalesce(OLD.to_municipality_id = ANY ({IDS}), false) THEN
        RAISE EXCEPTION 'only the level that it was raised to answers it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'processes_escalation_receiver';
    END IF;
    IF OLD.state NOT IN ('sent', 'received') OR NEW.state = 'sent' AND OLD.state <> 'sent' THEN
        RAISE EXCEPTION 'it was answered, returned or passed on'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'processes_escalation_once';
    END IF;
    RETURN NEW;
END $$
"""
# Nobody sends what is answered already, nor in the name of another place.
SENT = """
CREATE FUNCTION processes_escalation_is_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'sent' OR NEW.answer <> '' OR NEW.answered_at IS NOT NULL THEN
        RAISE EXCEPTION 'what is sent has no answer yet'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'processes_escalation_sent';
    END IF;
    IF NEW.before_id IS NULL AND NEW.origin_id = NEW.municipality_id THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT FROM processes_escalation earlier
        WHERE earlier.id = NEW.before_id AND earlier.to_municipality_id = NEW.municipality_id
            AND earlier.origin_id = NEW.origin_id AND earlier.code = NEW.code
    ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'it begins here, or goes on with what was received'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'processes_escalation_begins_here';
END $$
"""
# Only a province passes on, and only to the region, which reads the chain from its beginning.
PASSED_ON = f"state = 'passed_on' AND {IN_REGION}"


class Migration(migrations.Migration):
    dependencies = [("processes", "0002_the_walls")]
    operations = [
        migrations.RunSQL(
            sql=f"CREATE POLICY passed_on ON processes_escalation FOR SELECT USING ({PASSED_ON})",
            reverse_sql="DROP POLICY passed_on ON processes_escalation",
        ),
        Function("processes_escalation_is_answered()", ANSWERED),
        Guard("processes_escalation", "processes_escalation_is_answered()"),
        Function("processes_escalation_is_sent()", SENT),
        Guard("processes_escalation", "processes_escalation_is_sent()", on="INSERT", when="AFTER"),
    ]

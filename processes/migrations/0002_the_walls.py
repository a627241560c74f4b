"""Whose rows these are, and what of a process, an acta and an outcome is frozen or only added."""

from django.db import migrations

from municipalities.rls import (
    IDS,
    AppendOnly,
    Function,
    Guard,
    ProtectShared,
    ProtectTable,
    SameParent,
)


TABLES = [
    "agendaitem",
    "escalation",
    "meeting",
    "minutes",
    "outcome",
    "outcomereview",
    "party",
    "process",
    "step",
    "teammember",
    "undertaking",
    "undertakingupdate",
]
PARENTS = [
    ("process", "thread_id", "participation_thread"),
    ("step", "process_id", "processes_process"),
    ("step", "thread_id", "participation_thread"),
    ("teammember", "process_id", "processes_process"),
    ("outcome", "process_id", "processes_process"),
    ("outcomereview", "outcome_id", "processes_outcome"),
    ("meeting", "thread_id", "participation_thread"),
    ("meeting", "process_id", "processes_process"),
    ("meeting", "step_id", "processes_step"),
    ("agendaitem", "meeting_id", "processes_meeting"),
    ("registration", "meeting_id", "processes_meeting"),
    ("minutes", "meeting_id", "processes_meeting"),
    ("party", "process_id", "processes_process"),
    ("undertaking", "process_id", "processes_process"),
    ("undertaking", "meeting_id", "processes_meeting"),
    ("undertaking", "party_id", "processes_party"),
    ("undertakingupdate", "undertaking_id", "processes_undertaking"),
    ("escalation", "thread_id", "participation_thread"),
]
ONLY_ADDED = ["escalationevent", "outcomereview", "undertakingupdate"]

# Who takes part relies on them from the first day.
RULES = """
CREATE FUNCTION processes_rules_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.opened_at IS NOT NULL AND (
        TG_OP = 'DELETE' OR NEW.rules <> OLD.rules OR NEW.opened_at IS DISTINCT FROM OLD.opened_at
    ) THEN
        RAISE EXCEPTION 'the rules of a process are frozen when it opens'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'processes_process_rules_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
ACTA = """
CREATE FUNCTION processes_minutes_are_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'a published acta does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'processes_minutes_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
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
OUTCOME = """
CREATE FUNCTION processes_outcome_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.decided <> OLD.decided OR NEW.next_steps <> OLD.next_steps THEN
        RAISE EXCEPTION 'what an outcome says stays; reviews are added'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'processes_outcome_stays';
    END IF;
    RETURN NEW;
END $$
"""
# What a level raises is read by whom it is raised to and where it began; the receiver answers.
TOLD = f"to_municipality_id = ANY ({IDS}) OR origin_id = ANY ({IDS})"
OF_MINE = f"""escalation_id IN (SELECT id FROM processes_escalation
    WHERE municipality_id = ANY ({IDS}) OR {TOLD})"""
PUBLISHED = (
    "template_id IN (SELECT id FROM processes_processtemplate WHERE published_at IS NOT NULL)"
)


class Migration(migrations.Migration):
    dependencies = [("processes", "0001_initial")]
    operations = [
        *[ProtectTable(f"processes_{table}") for table in TABLES],
        ProtectTable("processes_registration", own="user_id"),
        *[SameParent(f"processes_{table}", column, of) for table, column, of in PARENTS],
        migrations.RunSQL(
            sql=[
                f"CREATE POLICY told ON processes_escalation FOR SELECT USING ({TOLD})",
                "CREATE POLICY answers ON processes_escalation FOR UPDATE"
                f" USING (to_municipality_id = ANY ({IDS}))",
            ],
            reverse_sql=[
                "DROP POLICY answers ON processes_escalation",
                "DROP POLICY told ON processes_escalation",
            ],
        ),
        ProtectShared("processes_escalationevent", may=OF_MINE),
        ProtectShared("processes_processtemplate", public="published_at IS NOT NULL"),
        ProtectShared("processes_templatestep", public=PUBLISHED),
        *[AppendOnly(f"processes_{table}") for table in ONLY_ADDED],
        Function("processes_rules_are_frozen()", RULES),
        Guard("processes_process", "processes_rules_are_frozen()"),
        Function("processes_minutes_are_published()", ACTA),
        Guard("processes_minutes", "processes_minutes_are_published()"),
        Function("processes_agenda_is_minuted()", DECIDED),
        Guard("processes_agendaitem", "processes_agenda_is_minuted()"),
        Function("processes_outcome_stays()", OUTCOME),
        Guard("processes_outcome", "processes_outcome_stays()"),
    ]

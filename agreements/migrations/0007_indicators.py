"""Indicators: what is measured, entered and computed. Values of a locked period do not change."""

from django.db import migrations, models

from municipalities.rls import Function, Guard


# An entry may not leave a locked period either, nor come into one.
LOCKED = """
CREATE FUNCTION agreements_guard_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM agreements_period WHERE state = 'locked' AND id IN (
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.period_id END,
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.period_id END))
    THEN
        RAISE EXCEPTION 'the period is locked: its values do not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreements_period_is_locked';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
LOCKED_CELLS = """
CREATE FUNCTION agreements_guard_entrycell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM agreements_entry e JOIN agreements_period p ON p.id = e.period_id
        WHERE p.state = 'locked' AND e.id IN (
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.entry_id END,
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.entry_id END))
    THEN
        RAISE EXCEPTION 'the period is locked: its values do not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreements_period_is_locked';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
# Whoever unlocks a period says why, and its days do not move while it is locked.
UNLOCKING = """
CREATE FUNCTION agreements_guard_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'locked' THEN
            RAISE EXCEPTION 'a locked period is not deleted' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'locked' AND NEW.state <> 'locked'
        AND coalesce(current_setting('decide.reason', true), '') = ''
    THEN
        RAISE EXCEPTION 'a period is unlocked with a reason'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreements_period_unlocked_says_why';
    END IF;
    IF OLD.state = 'locked'
        AND (NEW.starts_on, NEW.ends_on) IS DISTINCT FROM (OLD.starts_on, OLD.ends_on)
    THEN
        RAISE EXCEPTION 'the days of a locked period do not move'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreements_period_is_locked';
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0006_baseline")]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="counts_people",
            field=models.BooleanField(
                default=False,
                help_text="It is broken down by gender, area and age, and small numbers are hidden.",
                verbose_name="counts people",
            ),
        ),
        Function("agreements_guard_entry()", LOCKED),
        Guard("agreements_entry", "agreements_guard_entry()"),
        Guard("agreements_entry", "agreements_guard_entry()", on="INSERT", when="AFTER"),
        Function("agreements_guard_entrycell()", LOCKED_CELLS),
        Guard("agreements_entrycell", "agreements_guard_entrycell()"),
        Guard("agreements_entrycell", "agreements_guard_entrycell()", on="INSERT", when="AFTER"),
        Function("agreements_guard_period()", UNLOCKING),
        Guard("agreements_period", "agreements_guard_period()"),
    ]

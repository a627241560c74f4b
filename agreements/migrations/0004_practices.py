"""The catalogue of practices, their transfer and how deep they take root.

A version that was published is what people compare theirs with: nothing of it changes any more.
"""

from django.db import migrations, models

from municipalities.rls import Function, Guard


FROZEN = """
CREATE FUNCTION agreements_guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL THEN
        RAISE EXCEPTION 'a published version of a practice does not change; a new version does'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
PART_OF_FROZEN = """
CREATE FUNCTION agreements_guard_version_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM agreements_practiceversion WHERE frozen_at IS NOT NULL AND id IN (
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END,
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END))
    THEN
        RAISE EXCEPTION 'a part of a published version of a practice does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""
# Who nominated a practice, or whose it is, does not review it.
REVIEWING = """
CREATE FUNCTION agreements_guard_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM agreements_practiceversion v
        JOIN agreements_practice p ON p.id = v.practice_id
        WHERE v.id = NEW.version_id AND NEW.organization_id IN (p.origin_id, p.nominated_by_id))
    THEN
        RAISE EXCEPTION 'nobody reviews a practice of their own'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreements_reviewed_by_another';
    END IF;
    RETURN NULL;
END $$
"""
# «Validated» needs one review of civil society and one of a university, both in favour; what is
# not frozen is not published.
VALIDATING = """
CREATE FUNCTION agreements_guard_practice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest bigint;
BEGIN
    IF NEW.state = 'validated' AND OLD.state <> 'validated' THEN
        SELECT id INTO newest FROM agreements_practiceversion
            WHERE practice_id = NEW.id ORDER BY number DESC LIMIT 1;
        IF (SELECT count(DISTINCT o.kind = 'university') FROM agreements_practicereview r
            JOIN agreements_organization o ON o.id = r.organization_id
            WHERE r.version_id = newest AND r.recommends AND NOT r.has_conflict
            AND o.kind IN ('university', 'civil_society', 'professional', 'trade', 'grassroots',
                'community', 'ronda', 'working_group')) < 2
        THEN
            RAISE EXCEPTION 'a practice is validated by civil society and a university'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'agreements_validated_by_two';
        END IF;
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_convenios")]

    operations = [
        migrations.AddField(
            model_name="component",
            name="description",
            field=models.TextField(blank=True, max_length=2000, verbose_name="what it is"),
        ),
        Function("agreements_guard_version()", FROZEN),
        Guard("agreements_practiceversion", "agreements_guard_version()"),
        Function("agreements_guard_version_part()", PART_OF_FROZEN),
        *(
            Guard(
                f"agreements_{name}",
                "agreements_guard_version_part()",
                on="INSERT OR UPDATE OR DELETE",
                when="AFTER",
            )
            for name in ("component", "requirement", "kititem")
        ),
        Function("agreements_guard_review()", REVIEWING),
        Guard("agreements_practicereview", "agreements_guard_review()", on="INSERT", when="AFTER"),
        Function("agreements_guard_practice()", VALIDATING),
        Guard("agreements_practice", "agreements_guard_practice()", on="UPDATE"),
    ]

"""How participation stood, and where to begin: what is locked stays as it is, whoever asks."""

from django.db import migrations, models

from municipalities.rls import Function, Guard


LOCKED_SHEET = """
CREATE FUNCTION agreements_guard_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.locked_at IS NOT NULL AND (TG_OP = 'DELETE' OR NEW IS DISTINCT FROM OLD) THEN
        RAISE EXCEPTION 'a locked baseline is corrected by a new version'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$
"""
# The row of the sheet is held, so that nothing slips in while somebody locks it.
PART_OF_A_LOCKED_SHEET = """
CREATE FUNCTION agreements_guard_sheet_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NULL;
    END IF;
    FOREACH which IN ARRAY ARRAY[
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.sheet_id END,
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.sheet_id END]
    LOOP
        PERFORM FROM agreements_baselinesheet
            WHERE id = which AND locked_at IS NOT NULL FOR SHARE;
        IF FOUND THEN
            RAISE EXCEPTION 'a locked baseline is corrected by a new version'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0005_work")]

    operations = [
        migrations.AddField(
            model_name="interest",
            name="answer",
            field=models.TextField(blank=True, max_length=1000, verbose_name="what was answered"),
        ),
        migrations.RemoveConstraint(
            model_name="conflict", name="agreements_conflict_state_is_known"
        ),
        migrations.AlterField(
            model_name="conflict",
            name="state",
            field=models.CharField(
                choices=[
                    ("active", "Active"),
                    ("latent", "Latent"),
                    ("resolved", "Resolved"),
                    ("withdrawn", "Withdrawn"),
                    ("unknown", "Not said"),
                ],
                max_length=9,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["active", "latent", "resolved", "withdrawn", "unknown"])
                ),
                name="agreements_conflict_state_is_known",
            ),
        ),
        Function("agreements_guard_sheet()", LOCKED_SHEET),
        Guard("agreements_baselinesheet", "agreements_guard_sheet()"),
        Function("agreements_guard_sheet_part()", PART_OF_A_LOCKED_SHEET),
        *(
            Guard(
                f"agreements_baseline{name}",
                "agreements_guard_sheet_part()",
                on="INSERT OR UPDATE OR DELETE",
                when="AFTER",
            )
            for name in ("cell", "answer")
        ),
    ]

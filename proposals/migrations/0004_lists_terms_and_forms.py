import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


# A support given after the term is refused too, should no clock have archived the proposal.
REFUSE_AFTER_THE_TERM = """
CREATE OR REPLACE FUNCTION proposals_count_support() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    proposal proposals_proposal;
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE proposals_proposal SET support_count = support_count - 1 WHERE id = OLD.proposal_id;
        RETURN OLD;
    END IF;

    UPDATE proposals_proposal SET support_count = support_count + 1
    WHERE id = NEW.proposal_id AND municipality_id = NEW.municipality_id
    RETURNING * INTO proposal;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such proposal in this municipality' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.merged_from_id IS NULL AND NEW.channel <> 'import' AND (
        proposal.state NOT IN ('gathering', 'threshold') OR (
            proposal.state = 'gathering'
            AND (NEW.created_at AT TIME ZONE 'America/Lima')::date > proposal.closes_on
        )
    ) THEN
        RAISE EXCEPTION 'the proposal takes no supports' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'proposals_support_only_while_gathering';
    END IF;
    IF NOT EXISTS (
        SELECT FROM accounts_resident r, municipalities_municipality m
        WHERE r.id = NEW.resident_id AND m.id = NEW.municipality_id
          AND starts_with(r.district_id, m.place_id)
    ) THEN
        RAISE EXCEPTION 'only residents support here' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'proposals_support_only_by_residents';
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("proposals", "0003_merges"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="proposal",
            name="proposals_proposal_newest",
        ),
        migrations.RemoveIndex(
            model_name="proposal",
            name="proposals_proposal_supports",
        ),
        migrations.RemoveIndex(
            model_name="proposal",
            name="proposals_proposal_trend",
        ),
        migrations.AddField(
            model_name="proposal",
            name="form_key",
            field=models.UUIDField(
                editable=False,
                help_text="Names the form a draft came from, so that sending it twice saves it once.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(
                    models.Q(("state__in", ["draft", "merged"]), _negated=True), ("hidden_at", None)
                ),
                fields=["municipality", "-published_at", "-id"],
                name="proposals_proposal_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(
                    models.Q(("state__in", ["draft", "merged"]), _negated=True), ("hidden_at", None)
                ),
                fields=["municipality", "-support_count", "-id"],
                name="proposals_proposal_supports",
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(
                    models.Q(("state__in", ["draft", "merged"]), _negated=True), ("hidden_at", None)
                ),
                fields=["municipality", "-trend", "-id"],
                name="proposals_proposal_trend",
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                models.F("municipality"),
                django.db.models.expressions.CombinedExpression(
                    models.F("threshold"), "-", models.F("support_count")
                ),
                models.F("id"),
                condition=models.Q(("hidden_at", None), ("state", "gathering")),
                name="proposals_proposal_closest",
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("state", "gathering")),
                fields=["closes_on"],
                name="proposals_proposal_term",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"), models.Q(("title", ""), _negated=True), _connector="OR"
                ),
                name="proposals_proposal_published_has_a_title",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                fields=("author", "form_key"), name="proposals_proposal_form_once"
            ),
        ),
        # Taking the function back is 0002's business; the stricter one does no harm until then.
        migrations.RunSQL(REFUSE_AFTER_THE_TERM, migrations.RunSQL.noop),
    ]

"""What the evaluation of works may never do, whoever asks the database."""

from django.db import migrations, models
from django.db.models import F, Q

from municipalities.rls import Function, Guard


# --- Points are typed while a work is evaluated, also when it is evaluated anew on appeal

GUARD_SCORE = """
CREATE OR REPLACE FUNCTION budgets_guard_score() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_ budgets_score;
BEGIN
    row_ := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    IF NOT EXISTS (
        SELECT FROM budgets_work w WHERE w.id = row_.work_id AND w.state = 'evaluation'
    ) THEN
        RAISE EXCEPTION 'points are typed while a work is evaluated'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND NOT EXISTS (
        SELECT FROM budgets_criterion c JOIN budgets_work w ON w.budget_id = c.budget_id
        WHERE c.id = row_.criterion_id AND w.id = row_.work_id AND row_.points <= c.highest
    ) THEN
        RAISE EXCEPTION 'more points than the criterion has' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'budgets_score_within_the_scale';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""

# --- Nobody evaluates their own work; what is feasible has a cost when it is handed in

GUARD_EVALUATOR = """
CREATE FUNCTION budgets_guard_evaluator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.submitted_at IS NULL AND EXISTS (
        SELECT FROM budgets_work w LEFT JOIN budgets_agent a ON a.id = w.agent_id
        WHERE w.id = NEW.work_id AND NEW.evaluator_id IN (w.author_id, a.registered_by_id)
    ) THEN
        RAISE EXCEPTION 'nobody evaluates their own work' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'budgets_evaluation_by_somebody_else';
    END IF;
    IF NEW.submitted_at IS NOT NULL AND NEW.verdict = 'feasible' AND NOT EXISTS (
        SELECT FROM budgets_costline l WHERE l.evaluation_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'what is feasible has a cost' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'budgets_evaluation_feasible_has_a_cost';
    END IF;
    RETURN NEW;
END $$
"""

# --- What was asked stays as it was; it takes one answer, until its last day in Lima is over

GUARD_OBSERVATION = """
CREATE FUNCTION budgets_guard_observation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL OR
        to_jsonb(NEW) - ARRAY['answer', 'answered_at']
        <> to_jsonb(OLD) - ARRAY['answer', 'answered_at']
    THEN
        RAISE EXCEPTION 'an observation takes one answer and nothing else'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.answered_at AT TIME ZONE 'America/Lima')::date > NEW.due_on THEN
        RAISE EXCEPTION 'the time to answer is over' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'budgets_observation_in_time';
    END IF;
    RETURN NEW;
END $$
"""
SCORE_BEFORE = """
CREATE OR REPLACE FUNCTION budgets_guard_score() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_ budgets_score;
BEGIN
    row_ := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    IF EXISTS (
        SELECT FROM budgets_work w JOIN budgets_budget b ON b.id = w.budget_id
        WHERE w.id = row_.work_id AND b.decisions_published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'published scores stay' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND NOT EXISTS (
        SELECT FROM budgets_criterion c JOIN budgets_work w ON w.budget_id = c.budget_id
        WHERE c.id = row_.criterion_id AND w.id = row_.work_id AND row_.points <= c.highest
    ) THEN
        RAISE EXCEPTION 'more points than the criterion has' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'budgets_score_within_the_scale';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("budgets", "0005_agents_from_a_draft_to_a_closed_list")]
    operations = [
        migrations.RunSQL(sql=GUARD_SCORE, reverse_sql=SCORE_BEFORE),
        Function("budgets_guard_evaluator()", GUARD_EVALUATOR),
        Guard(
            "budgets_evaluation",
            "budgets_guard_evaluator()",
            on="INSERT OR UPDATE",
            when="AFTER",
            name="guard_evaluator",
        ),
        Function("budgets_guard_observation()", GUARD_OBSERVATION),
        Guard("budgets_observation", "budgets_guard_observation()"),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                name="budgets_budget_decisions_when_it_was_said",
                condition=Q(decisions_published_at=None)
                | Q(decisions_at__isnull=False, decisions_published_at__gte=F("decisions_at")),
            ),
        ),
    ]

"""The walls of every table, foreign keys that stay in their municipality, and what does not change."""

from django.db import migrations

from municipalities.rls import AppendOnly, Function, Guard, ProtectTable, SameParent


TABLES = [
    "addendum",
    "agent",
    "agentfile",
    "agentlist",
    "appeal",
    "ballot",
    "budget",
    "committeemember",
    "committeereport",
    "costline",
    "count",
    "criterion",
    "delay",
    "delegate",
    "evaluation",
    "group",
    "heading",
    "importedelection",
    "minutes",
    "observation",
    "project",
    "projectmilestone",
    "score",
    "spending",
    "step",
    "stepdocument",
    "supportedheading",
    "tallyline",
    "tallysheet",
    "work",
    "worksupport",
]
ONLY_ADDED = ["agentlist", "addendum", "spending", "delay"]
PARENTS = [
    ("budget", "thread_id", "participation_thread"),
    ("group", "budget_id", "budgets_budget"),
    ("heading", "group_id", "budgets_group"),
    ("step", "budget_id", "budgets_budget"),
    ("stepdocument", "step_id", "budgets_step"),
    ("criterion", "budget_id", "budgets_budget"),
    ("agent", "budget_id", "budgets_budget"),
    ("delegate", "agent_id", "budgets_agent"),
    ("agentfile", "agent_id", "budgets_agent"),
    ("agentlist", "budget_id", "budgets_budget"),
    ("work", "thread_id", "participation_thread"),
    ("work", "budget_id", "budgets_budget"),
    ("work", "heading_id", "budgets_heading"),
    ("work", "agent_id", "budgets_agent"),
    ("supportedheading", "group_id", "budgets_group"),
    ("supportedheading", "heading_id", "budgets_heading"),
    ("worksupport", "work_id", "budgets_work"),
    ("evaluation", "work_id", "budgets_work"),
    ("costline", "evaluation_id", "budgets_evaluation"),
    ("score", "work_id", "budgets_work"),
    ("score", "criterion_id", "budgets_criterion"),
    ("observation", "evaluation_id", "budgets_evaluation"),
    ("appeal", "work_id", "budgets_work"),
    ("ballot", "budget_id", "budgets_budget"),
    ("ballot", "poll_id", "votes_poll"),
    ("tallysheet", "heading_id", "budgets_heading"),
    ("tallyline", "sheet_id", "budgets_tallysheet"),
    ("tallyline", "work_id", "budgets_work"),
    ("count", "heading_id", "budgets_heading"),
    ("count", "election_id", "budgets_importedelection"),
    ("minutes", "budget_id", "budgets_budget"),
    ("addendum", "minutes_id", "budgets_minutes"),
    ("committeemember", "budget_id", "budgets_budget"),
    ("committeereport", "budget_id", "budgets_budget"),
    ("committeereport", "project_id", "budgets_project"),
    ("committeereport", "by_id", "budgets_committeemember"),
    ("project", "work_id", "budgets_work"),
    ("projectmilestone", "project_id", "budgets_project"),
    ("spending", "project_id", "budgets_project"),
    ("delay", "project_id", "budgets_project"),
]

# --- The rules of an open budget do not change

GUARD_BUDGET = """
CREATE FUNCTION budgets_guard_budget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'an open budget stays' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND (
        (NEW.municipality_id, NEW.thread_id, NEW.year, NEW.norm, NEW.announced, NEW.percent,
         NEW.mode, NEW.effect, NEW.ballot, NEW.most, NEW.points, NEW.rule, NEW.supports_needed,
         NEW.mending_days, NEW.appeal_days, NEW.digest, NEW.opened_at)
        IS DISTINCT FROM
        (OLD.municipality_id, OLD.thread_id, OLD.year, OLD.norm, OLD.announced, OLD.percent,
         OLD.mode, OLD.effect, OLD.ballot, OLD.most, OLD.points, OLD.rule, OLD.supports_needed,
         OLD.mending_days, OLD.appeal_days, OLD.digest, OLD.opened_at)
        OR NEW.state = 'draft'
    ) THEN
        RAISE EXCEPTION 'the rules of an open budget do not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.decisions_published_at IS NOT NULL
        AND NEW.decisions_published_at IS DISTINCT FROM OLD.decisions_published_at THEN
        RAISE EXCEPTION 'published decisions stay' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'draft' AND NEW.state = 'open' THEN
        PERFORM budgets_guard_opening(NEW);
    END IF;
    RETURN NEW;
END $$
"""
GUARD_OPENING = """
CREATE FUNCTION budgets_guard_opening(opened budgets_budget) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    shared numeric;
    weights bigint;
BEGIN
    SELECT sum(h.money) INTO shared FROM budgets_heading h
    JOIN budgets_group g ON g.id = h.group_id WHERE g.budget_id = (opened).id;
    IF shared IS NULL THEN
        RAISE EXCEPTION 'no heading has money' USING ERRCODE = 'check_violation';
    END IF;
    IF shared > (opened).announced THEN
        RAISE EXCEPTION 'the headings have more than was announced'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT sum(c.weight) INTO weights FROM budgets_criterion c WHERE c.budget_id = (opened).id;
    IF weights <> 100 OR (weights IS NULL AND (opened).mode = 'matrix') THEN
        RAISE EXCEPTION 'the weights of the matrix do not sum to 100'
            USING ERRCODE = 'check_violation';
    END IF;
END $$
"""
GUARD_RULES = """
CREATE FUNCTION budgets_guard_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_ jsonb;
    state_ text;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'question' = to_jsonb(OLD) - 'question' THEN
        RETURN NEW;  -- where a heading stands on the ballot is known later
    END IF;
    row_ := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    SELECT b.state INTO state_ FROM budgets_budget b
    WHERE b.id = CASE TG_TABLE_NAME
        WHEN 'budgets_heading' THEN
            (SELECT g.budget_id FROM budgets_group g WHERE g.id = (row_ ->> 'group_id')::bigint)
        ELSE (row_ ->> 'budget_id')::bigint
    END
    FOR KEY SHARE;
    IF state_ <> 'draft' THEN
        RAISE EXCEPTION 'the rules of an open budget do not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""

# --- Supports: only of residents whom the heading asks, in no more headings than the group allows

COUNT_SUPPORTS = """
CREATE FUNCTION budgets_count_support() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    work budgets_work;
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE budgets_work SET support_count = support_count - 1 WHERE id = OLD.work_id;
        RETURN OLD;
    END IF;
    UPDATE budgets_work SET support_count = support_count + 1
    WHERE id = NEW.work_id AND municipality_id = NEW.municipality_id RETURNING * INTO work;
    IF work.id IS NULL OR work.state <> 'published' THEN
        RAISE EXCEPTION 'the work takes no supports' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'budgets_worksupport_only_while_published';
    END IF;
    IF NOT EXISTS (
        SELECT FROM budgets_supportedheading s
        WHERE s.resident_id = NEW.resident_id AND s.heading_id = work.heading_id
    ) THEN
        RAISE EXCEPTION 'the person supports no works in this heading'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budgets_worksupport_in_a_heading';
    END IF;
    RETURN NEW;
END $$
"""
GUARD_SLOT = """
CREATE FUNCTION budgets_guard_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM budgets_heading h
        JOIN budgets_group g ON g.id = h.group_id
        JOIN municipalities_municipality m ON m.id = h.municipality_id
        JOIN accounts_resident r ON r.id = NEW.resident_id
        WHERE h.id = NEW.heading_id AND g.id = NEW.group_id
          AND NEW.slot BETWEEN 1 AND g.headings_each
          AND starts_with(r.district_id, m.place_id)
          AND (h.districts = '{}' OR r.district_id = ANY (h.districts))
    ) THEN
        RAISE EXCEPTION 'not a heading for this person' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'budgets_supportedheading_is_open';
    END IF;
    RETURN NEW;
END $$
"""

# --- What was put to the vote, handed in or issued stays as it was

GUARD_WORK = """
CREATE FUNCTION budgets_guard_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'a published work stays' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state IN ('on_ballot', 'chosen', 'not_chosen')
        AND NEW.state IN ('on_ballot', 'chosen', 'not_chosen', 'withdrawn') AND (
        (NEW.budget_id, NEW.heading_id, NEW.cost, NEW.option)
        IS DISTINCT FROM (OLD.budget_id, OLD.heading_id, OLD.cost, OLD.option)
    ) THEN
        RAISE EXCEPTION 'what was put to the vote does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM budgets_heading h JOIN budgets_group g ON g.id = h.group_id
        WHERE h.id = NEW.heading_id AND g.budget_id = NEW.budget_id
    ) THEN
        RAISE EXCEPTION 'the heading is of another budget' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
GUARD_EVALUATION = """
CREATE FUNCTION budgets_guard_evaluation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_ jsonb;
    handed_in timestamptz;
BEGIN
    row_ := CASE WHEN TG_OP = 'INSERT' THEN to_jsonb(NEW) ELSE to_jsonb(OLD) END;
    IF TG_TABLE_NAME = 'budgets_evaluation' THEN
        handed_in := (row_ ->> 'submitted_at')::timestamptz;
    ELSE
        SELECT e.submitted_at INTO handed_in FROM budgets_evaluation e
        WHERE e.id = (row_ ->> 'evaluation_id')::bigint;
    END IF;
    IF handed_in IS NOT NULL AND NOT (
        TG_TABLE_NAME = 'budgets_evaluation' AND TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - 'notes' - 'saved_at' = row_ - 'notes' - 'saved_at'
    ) THEN
        RAISE EXCEPTION 'what was handed in does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
GUARD_SCORE = """
CREATE FUNCTION budgets_guard_score() RETURNS trigger LANGUAGE plpgsql AS $$
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
GUARD_MINUTES = """
CREATE FUNCTION budgets_guard_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.issued_at IS NOT NULL AND (
        TG_OP = 'DELETE' OR to_jsonb(NEW) - 'signed_id' <> to_jsonb(OLD) - 'signed_id'
    ) THEN
        RAISE EXCEPTION 'an issued acta changes by an addendum alone'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
GUARD_PROJECT = """
CREATE FUNCTION budgets_guard_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.work_id <> OLD.work_id
        OR (OLD.ends_on IS NOT NULL AND NEW.ends_on IS DISTINCT FROM OLD.ends_on) THEN
        RAISE EXCEPTION 'a project stays, and so does the day it was promised for'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
GUARD_REPORT = """
CREATE FUNCTION budgets_guard_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (
        to_jsonb(NEW) - ARRAY['answer', 'answer_office', 'answered_at', 'answered_by_id']
        <> to_jsonb(OLD) - ARRAY['answer', 'answer_office', 'answered_at', 'answered_by_id']
    ) THEN
        RAISE EXCEPTION 'what the committee found stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
GUARD_COUNT = """
CREATE FUNCTION budgets_guard_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.is_official AND OLD.state = 'done' THEN
        RAISE EXCEPTION 'the official count stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


def guard_all(table, calls):
    """Old rows before they change, new ones once they are there."""
    return [Guard(table, calls), Guard(table, calls, on="INSERT", when="AFTER")]


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0001_initial"),
        ("participation", "0018_budgets"),
        ("votes", "0002_the_urn"),
    ]
    operations = [
        *[ProtectTable(f"budgets_{table}") for table in TABLES],
        *[AppendOnly(f"budgets_{table}") for table in ONLY_ADDED],
        *[SameParent(f"budgets_{table}", column, of) for table, column, of in PARENTS],
        SameParent("budgets_supportedheading", "heading_id", "budgets_heading", and_="group_id"),
        Function("budgets_guard_opening(budgets_budget)", GUARD_OPENING),
        Function("budgets_guard_budget()", GUARD_BUDGET),
        Guard("budgets_budget", "budgets_guard_budget()"),
        Function("budgets_guard_rules()", GUARD_RULES),
        *guard_all("budgets_group", "budgets_guard_rules()"),
        *guard_all("budgets_heading", "budgets_guard_rules()"),
        *guard_all("budgets_criterion", "budgets_guard_rules()"),
        Function("budgets_count_support()", COUNT_SUPPORTS),
        Guard(
            "budgets_worksupport", "budgets_count_support()", on="INSERT OR DELETE", when="AFTER"
        ),
        Function("budgets_guard_slot()", GUARD_SLOT),
        Guard(
            "budgets_supportedheading", "budgets_guard_slot()", on="INSERT OR UPDATE", when="AFTER"
        ),
        Function("budgets_guard_work()", GUARD_WORK),
        *guard_all("budgets_work", "budgets_guard_work()"),
        Function("budgets_guard_evaluation()", GUARD_EVALUATION),
        Guard("budgets_evaluation", "budgets_guard_evaluation()"),
        *guard_all("budgets_costline", "budgets_guard_evaluation()"),
        Function("budgets_guard_score()", GUARD_SCORE),
        *guard_all("budgets_score", "budgets_guard_score()"),
        Function("budgets_guard_minutes()", GUARD_MINUTES),
        Guard("budgets_minutes", "budgets_guard_minutes()"),
        Function("budgets_guard_project()", GUARD_PROJECT),
        Guard("budgets_project", "budgets_guard_project()"),
        Function("budgets_guard_report()", GUARD_REPORT),
        Guard("budgets_committeereport", "budgets_guard_report()"),
        Function("budgets_guard_count()", GUARD_COUNT),
        Guard("budgets_count", "budgets_guard_count()"),
    ]

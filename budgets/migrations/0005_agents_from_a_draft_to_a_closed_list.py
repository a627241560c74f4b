"""Agents are saved as they are written, refused for named grounds, and settled when their list closes."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from municipalities.rls import Function, Guard


# --- What is on a closed list does not change

# Accepting takes the budget's row in share, closing takes it alone: of two at once one waits, and
# then sees what the other did.
GUARD_AGENT = """
CREATE FUNCTION budgets_guard_agent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'what was registered stays' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state <> 'draft' AND NEW.state = 'draft' THEN
            RAISE EXCEPTION 'what was registered is no draft' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.budget_id <> OLD.budget_id THEN
            RAISE EXCEPTION 'an agent is of one budget' USING ERRCODE = 'restrict_violation';
        END IF;
        IF (NEW.state = 'accepted') = (OLD.state = 'accepted') AND (
            NEW.state <> 'accepted' OR
            (NEW.number, NEW.kind, NEW.name, NEW.has_vote, NEW.district_id, NEW.place)
            IS NOT DISTINCT FROM
            (OLD.number, OLD.kind, OLD.name, OLD.has_vote, OLD.district_id, OLD.place)
        ) THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.state <> 'accepted' THEN
        RETURN NEW;
    END IF;
    PERFORM FROM budgets_budget b WHERE b.id = NEW.budget_id FOR SHARE;
    IF EXISTS (SELECT FROM budgets_agentlist l WHERE l.budget_id = NEW.budget_id) THEN
        RAISE EXCEPTION 'the list of agents is closed' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'budgets_agent_while_the_list_is_open';
    END IF;
    RETURN NEW;
END $$
"""
GUARD_DELEGATE = """
CREATE FUNCTION budgets_guard_delegate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_ budgets_delegate;
BEGIN
    row_ := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    IF TG_OP = 'UPDATE' AND
        to_jsonb(NEW) - ARRAY['gender', 'area'] = to_jsonb(OLD) - ARRAY['gender', 'area'] THEN
        RETURN NEW;  -- what people say of themselves, and may take back
    END IF;
    IF EXISTS (
        SELECT FROM budgets_agent a JOIN budgets_agentlist l ON l.budget_id = a.budget_id
        WHERE a.id = row_.agent_id AND a.state = 'accepted'
    ) THEN
        RAISE EXCEPTION 'the list of agents is closed' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'budgets_delegate_while_the_list_is_open';
    END IF;
    RETURN row_;
END $$
"""
GUARD_LIST = """
CREATE FUNCTION budgets_guard_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM budgets_budget b WHERE b.id = NEW.budget_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM budgets_agent a WHERE a.budget_id = NEW.budget_id AND a.state = 'submitted'
    ) THEN
        RAISE EXCEPTION 'somebody waits for an answer' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'budgets_agentlist_nobody_waits';
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0004_counts_underway"),
        ("municipalities", "0006_fields_named"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="agent",
            name="budgets_agent_kind_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="agent",
            name="budgets_agent_state_is_known",
        ),
        migrations.AddField(
            model_name="agent",
            name="channel",
            field=models.CharField(
                choices=[
                    ("web", "Web"),
                    ("desk", "Desk"),
                    ("event", "Event"),
                    ("import", "Brought from another portal"),
                ],
                default="web",
                max_length=6,
                verbose_name="channel",
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="district",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="municipalities.place",
                verbose_name="district",
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="grounds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("document", "A document is missing or cannot be read"),
                        ("delegate", "Nothing shows that it named these delegates"),
                        ("existence", "Nothing shows that the organisation exists"),
                        ("place", "It does not act in this place"),
                        ("twice", "It is registered twice"),
                        ("data", "The data do not agree with the documents"),
                        ("norm", "A requirement of the ordinance is not met"),
                    ],
                    max_length=12,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="what it is about",
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="saved_at",
            field=models.DateTimeField(auto_now=True),
        ),
        migrations.AddField(
            model_name="agent",
            name="submitted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="sent"),
        ),
        migrations.AlterField(
            model_name="agent",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("territorial", "Neighbourhood or village"),
                    ("community", "Peasant or native community"),
                    ("women", "Women's organisation"),
                    ("youth", "Youth organisation"),
                    ("producers", "Producers or irrigators"),
                    ("business", "Business association"),
                    ("professional", "Professional college or union"),
                    ("university", "University or institute"),
                    ("civil", "Other civil organisation"),
                    ("council", "Member of the council or of the coordination council"),
                    ("public", "Public entity"),
                    ("technical", "Technical team"),
                    ("citizen", "Citizen without an organisation"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="agent",
            name="name",
            field=models.CharField(
                blank=True, max_length=160, verbose_name="name of the organisation"
            ),
        ),
        migrations.AlterField(
            model_name="agent",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Not sent yet"),
                    ("submitted", "Registered, to be looked at"),
                    ("observed", "Something is missing"),
                    ("accepted", "Accepted"),
                    ("rejected", "Not accepted"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="draft",
                max_length=9,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="delegate",
            name="document_hash",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "territorial",
                            "community",
                            "women",
                            "youth",
                            "producers",
                            "business",
                            "professional",
                            "university",
                            "civil",
                            "council",
                            "public",
                            "technical",
                            "citizen",
                        ],
                    ),
                    models.Q(("kind", ""), ("state", "draft")),
                    _connector="OR",
                ),
                name="budgets_agent_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["draft", "submitted", "observed", "accepted", "rejected", "withdrawn"],
                    )
                ),
                name="budgets_agent_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["web", "desk", "event", "import"])),
                name="budgets_agent_channel_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "grounds__contained_by",
                        ["document", "delegate", "existence", "place", "twice", "data", "norm"],
                    )
                ),
                name="budgets_agent_grounds_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "observed"), _negated=True),
                    ("mend_by__isnull", False),
                    _connector="OR",
                ),
                name="budgets_agent_observed_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gender__in", ["", "woman", "man", "other", "undisclosed"]),
                    ("area__in", ["", "urban", "rural"]),
                ),
                name="budgets_delegate_says_what_is_known",
            ),
        ),
        Function("budgets_guard_agent()", GUARD_AGENT),
        Guard("budgets_agent", "budgets_guard_agent()"),
        Guard("budgets_agent", "budgets_guard_agent()", on="INSERT", when="AFTER"),
        Function("budgets_guard_delegate()", GUARD_DELEGATE),
        Guard("budgets_delegate", "budgets_guard_delegate()"),
        Guard("budgets_delegate", "budgets_guard_delegate()", on="INSERT", when="AFTER"),
        Function("budgets_guard_list()", GUARD_LIST),
        Guard("budgets_agentlist", "budgets_guard_list()", on="INSERT", when="AFTER"),
    ]

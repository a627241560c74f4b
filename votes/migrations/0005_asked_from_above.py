"""Polls that a room above asks: what they are part of, on whose list, money, costs, who decides."""

from importlib import import_module

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from municipalities.rls import ProtectTable, SameParent


BEFORE = import_module("votes.migrations.0002_the_urn").GUARD_POLL.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
GUARD_POLL = """
CREATE OR REPLACE FUNCTION votes_guard_poll() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state_ text;
BEGIN
    SELECT u.state INTO state_ FROM votes_urn u WHERE u.id = OLD.urn_id;
    IF TG_OP = 'DELETE' THEN
        IF state_ <> 'prepared' THEN
            RAISE EXCEPTION 'a frozen vote stays' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF state_ <> 'prepared' AND (
        (NEW.municipality_id, NEW.urn_id, NEW.thread_id, NEW.title, NEW.text, NEW.meaning,
         NEW.effect, NEW.norm, NEW.in_favour, NEW.against, NEW.districts, NEW.custody,
         NEW.keys_needed, NEW.answer_due_on, NEW.is_template, NEW.voters, NEW.part_of,
         NEW.part_of_address)
        IS DISTINCT FROM
        (OLD.municipality_id, OLD.urn_id, OLD.thread_id, OLD.title, OLD.text, OLD.meaning,
         OLD.effect, OLD.norm, OLD.in_favour, OLD.against, OLD.districts, OLD.custody,
         OLD.keys_needed, OLD.answer_due_on, OLD.is_template, OLD.voters, OLD.part_of,
         OLD.part_of_address)
    ) THEN
        RAISE EXCEPTION 'the rules of a frozen vote do not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("municipalities", "0006_fields_named"),
        ("participation", "0017_polls"),
        ("votes", "0004_ceremonies_told"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Listed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("document_hash", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name": "person on the list of a vote",
                "verbose_name_plural": "people on the list of a vote",
            },
        ),
        migrations.RemoveConstraint(
            model_name="question",
            name="votes_question_kind_is_known",
        ),
        migrations.AddField(
            model_name="option",
            name="address",
            field=models.CharField(blank=True, max_length=200, verbose_name="page that tells more"),
        ),
        migrations.AddField(
            model_name="option",
            name="cost",
            field=models.BigIntegerField(
                blank=True, help_text="In céntimos.", null=True, verbose_name="cost"
            ),
        ),
        migrations.AddField(
            model_name="option",
            name="latitude",
            field=models.FloatField(blank=True, null=True, verbose_name="latitude"),
        ),
        migrations.AddField(
            model_name="option",
            name="longitude",
            field=models.FloatField(blank=True, null=True, verbose_name="longitude"),
        ),
        migrations.AddField(
            model_name="poll",
            name="part_of",
            field=models.CharField(blank=True, max_length=120, verbose_name="part of"),
        ),
        migrations.AddField(
            model_name="poll",
            name="part_of_address",
            field=models.CharField(
                blank=True, max_length=200, verbose_name="page of what it is part of"
            ),
        ),
        migrations.AddField(
            model_name="poll",
            name="voters",
            field=models.CharField(
                choices=[("residents", "Residents"), ("listed", "People on a closed list")],
                default="residents",
                max_length=9,
                verbose_name="who votes",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="districts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=6),
                blank=True,
                default=list,
                help_text="Without any, all who vote.",
                size=None,
                verbose_name="districts whose residents are asked",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="group",
            field=models.CharField(
                blank=True,
                db_column="in_group",
                help_text="Of the questions of one group each voter answers one at most.",
                max_length=40,
                verbose_name="group",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="money",
            field=models.BigIntegerField(
                blank=True,
                help_text="In céntimos.",
                null=True,
                verbose_name="money to choose within",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="rule",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Then the count tells totals, and names no winner.",
                verbose_name="rule by which somebody else decides",
            ),
        ),
        migrations.AlterField(
            model_name="question",
            name="kind",
            field=models.CharField(
                choices=[
                    ("yes_no", "Yes or no"),
                    ("single", "Choose one option"),
                    ("multiple", "Choose up to so many"),
                    ("approval", "Mark all you agree with"),
                    ("ranked", "Put in order"),
                    ("score", "Give each a mark"),
                    ("points", "Share out points"),
                    ("knapsack", "Choose within the money"),
                    ("open", "Write an answer"),
                ],
                default="yes_no",
                max_length=8,
                verbose_name="how it is answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="option",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost", None), ("cost__gt", 0), _connector="OR"),
                name="votes_option_costs_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="option",
            constraint=models.CheckConstraint(
                condition=models.Q(("address", ""), ("address__regex", "^/[^/]"), _connector="OR"),
                name="votes_option_page_is_of_this_site",
            ),
        ),
        migrations.AddConstraint(
            model_name="option",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                    _connector="OR",
                ),
                name="votes_option_latitude_and_longitude",
            ),
        ),
        migrations.AddConstraint(
            model_name="option",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("latitude", None),
                    models.Q(("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))),
                    _connector="OR",
                ),
                name="votes_option_is_on_earth",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(("voters__in", ["residents", "listed"])),
                name="votes_poll_voters_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("part_of", ""), ("part_of_address", "")),
                    models.Q(
                        models.Q(("part_of", ""), _negated=True),
                        ("part_of_address__regex", "^/[^/]"),
                    ),
                    _connector="OR",
                ),
                name="votes_poll_part_of_has_a_page",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("voters", "residents"),
                    models.Q(("districts", []), models.Q(("part_of", ""), _negated=True)),
                    _connector="OR",
                ),
                name="votes_poll_list_is_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "yes_no",
                            "single",
                            "multiple",
                            "approval",
                            "ranked",
                            "score",
                            "points",
                            "knapsack",
                            "open",
                        ],
                    )
                ),
                name="votes_question_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("money__gt", 0), ("money", None), _connector="OR"),
                    models.Q(
                        models.Q(("kind", "knapsack"), _negated=True),
                        ("money__isnull", False),
                        _connector="OR",
                    ),
                ),
                name="votes_question_knapsack_has_money",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("quorum_of", None),
                    models.Q(("districts", []), ("group", ""), ("rule", {})),
                    _connector="OR",
                ),
                name="votes_question_quorum_is_of_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rule", {}),
                    ("kind__in", ("single", "multiple", "approval", "score", "points", "knapsack")),
                    _connector="OR",
                ),
                name="votes_question_rule_needs_totals",
            ),
        ),
        migrations.AddField(
            model_name="listed",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="municipalities.municipality",
            ),
        ),
        migrations.AddField(
            model_name="listed",
            name="poll",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="listed", to="votes.poll"
            ),
        ),
        migrations.AddConstraint(
            model_name="listed",
            constraint=models.UniqueConstraint(
                fields=("poll", "document_hash"), name="votes_listed_once"
            ),
        ),
        ProtectTable("votes_listed"),
        SameParent("votes_listed", "poll_id", "votes_poll"),
        migrations.RunSQL(
            sql=[
                "CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON votes_listed"
                " FOR EACH ROW EXECUTE FUNCTION votes_guard_rules()",
                "ALTER TABLE votes_listed ENABLE ALWAYS TRIGGER guard",
            ],
            reverse_sql="DROP TRIGGER guard ON votes_listed",
        ),
        migrations.RunSQL(sql=GUARD_POLL, reverse_sql=BEFORE),
    ]

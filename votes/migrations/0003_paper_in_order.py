"""What happens at a table, in its order: papers brought and handed out, a box emptied, an acta signed."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import votes.models.paper
from municipalities.rls import Function, Guard, SameParent


TABLE = """
CREATE FUNCTION votes_guard_table() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_ record;
    urn votes_urn;
    handed_ bigint;
    spoiled_ bigint;
    read_ bigint;
BEGIN
    row_ := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    SELECT u.* INTO urn FROM votes_poll p JOIN votes_urn u ON u.id = p.urn_id
    WHERE p.id = row_.poll_id;
    IF TG_OP <> 'UPDATE' THEN
        IF urn.state <> 'prepared' THEN
            RAISE EXCEPTION 'the desks of a frozen vote do not change'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_OP = 'INSERT' AND (NEW.emptied_at IS NOT NULL OR NEW.signed_at IS NOT NULL) THEN
            RAISE EXCEPTION 'a table begins with a closed box' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN row_;
    END IF;

    IF OLD.settled_at IS NOT NULL OR urn.state = 'opened' THEN
        RAISE EXCEPTION 'a settled table does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.municipality_id, NEW.poll_id, NEW.desk_id)
        IS DISTINCT FROM (OLD.municipality_id, OLD.poll_id, OLD.desk_id)
        OR NEW.round < OLD.round
        OR (OLD.emptied_at IS NOT NULL AND (NEW.emptied_at, NEW.supplied)
            IS DISTINCT FROM (OLD.emptied_at, OLD.supplied))
        OR (OLD.signed_at IS NOT NULL AND NEW.signed_at IS NULL)
    THEN
        RAISE EXCEPTION 'a table does not go back' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.emptied_at IS NULL AND NEW.emptied_at IS NOT NULL
        AND (urn.state NOT IN ('ready', 'closed') OR votes_clock() < urn.closes_at)
    THEN
        RAISE EXCEPTION 'a box is emptied once the vote has closed'
            USING ERRCODE = 'restrict_violation';
    END IF;

    IF (NEW.signatures, NEW.spoiled, NEW.left_over, NEW.papers, NEW.blank, NEW.void,
        NEW.photo_id, NEW.photo_sha256, NEW.signed_at, NEW.signed_by_id)
        IS DISTINCT FROM
       (OLD.signatures, OLD.spoiled, OLD.left_over, OLD.papers, OLD.blank, OLD.void,
        OLD.photo_id, OLD.photo_sha256, OLD.signed_at, OLD.signed_by_id)
    THEN
        IF OLD.signed_at IS NOT NULL AND (NEW.round = OLD.round OR NEW.note = '') THEN
            RAISE EXCEPTION 'a signed acta is corrected with a note, and entered afresh'
                USING ERRCODE = 'restrict_violation';
        END IF;
        SELECT count(*) FILTER (WHERE e.act = 'handed'), count(*) FILTER (WHERE e.act = 'spoiled')
        INTO handed_, spoiled_ FROM votes_paperevent e WHERE e.table_id = NEW.id;
        IF NEW.note = '' AND (NEW.signatures, NEW.spoiled) IS DISTINCT FROM (handed_, spoiled_)
        THEN
            RAISE EXCEPTION 'the acta is not what the log says, and does not say why'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;

    IF NEW.settled_at IS NOT NULL AND NEW.papers > 0 THEN
        SELECT count(*) INTO read_ FROM votes_entrypart p
        WHERE p.table_id = NEW.id AND p.round = NEW.round AND p.role IN ('first', 'second')
          AND p.done_at IS NOT NULL
          AND (SELECT count(*) FROM votes_paperentry e WHERE e.part_id = p.id) = NEW.papers;
        IF read_ <> 2 THEN
            RAISE EXCEPTION 'every paper is entered by two people'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$
"""

# A row of another municipality is not seen here; its wall refuses it a moment later.
# What happens at a table is over once its box is emptied; papers are entered from the signed
# acta on, by whom the part is, until it is done.
EVENT = """
CREATE FUNCTION votes_guard_paperevent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM votes_table t WHERE t.id = NEW.table_id AND t.emptied_at IS NOT NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'the box of this table is empty' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
PART = """
CREATE FUNCTION votes_guard_entrypart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    table_ votes_table;
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (
        OLD.done_at IS NOT NULL OR NEW.done_at IS NULL
        OR to_jsonb(NEW) - 'done_at' <> to_jsonb(OLD) - 'done_at'
    )) THEN
        RAISE EXCEPTION 'a part is taken once, and done once' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT * INTO table_ FROM votes_table t WHERE t.id = NEW.table_id;
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    IF table_.signed_at IS NULL OR table_.settled_at IS NOT NULL OR table_.round <> NEW.round THEN
        RAISE EXCEPTION 'this table is not being entered' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.role = 'third' AND (
        SELECT count(*) FROM votes_entrypart p
        WHERE p.table_id = NEW.table_id AND p.round = NEW.round AND p.done_at IS NOT NULL
    ) < 2 THEN
        RAISE EXCEPTION 'the third comes after both' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
ENTRY = """
CREATE FUNCTION votes_guard_paperentry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM votes_entrypart p JOIN votes_table t ON t.id = p.table_id
    WHERE p.id = NEW.part_id AND NOT (
        p.done_at IS NULL AND p.round = t.round AND t.signed_at IS NOT NULL
        AND t.settled_at IS NULL AND NEW.number <= t.papers
    );
    IF FOUND THEN
        RAISE EXCEPTION 'this paper is not being entered' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def guard(table, sql, on):
    calls = f"votes_guard_{table}()"
    return [Function(calls, sql), Guard(f"votes_{table}", calls, on=on, name="guard")]


class Migration(migrations.Migration):
    dependencies = [
        ("municipalities", "0006_fields_named"),
        ("participation", "0017_polls"),
        ("votes", "0002_the_urn"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="paperevent",
            options={
                "ordering": ["-at", "-pk"],
                "verbose_name": "act at a table",
                "verbose_name_plural": "acts at tables",
            },
        ),
        migrations.RemoveConstraint(
            model_name="paperevent",
            name="votes_paperevent_act_is_known",
        ),
        migrations.AddField(
            model_name="paperevent",
            name="attempt",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="paperevent",
            name="number",
            field=models.PositiveIntegerField(default=1, verbose_name="papers"),
        ),
        migrations.AddField(
            model_name="paperevent",
            name="seen",
            field=models.CharField(blank=True, max_length=120, verbose_name="what was seen"),
        ),
        migrations.AddField(
            model_name="table",
            name="entries_note",
            field=models.TextField(
                blank=True,
                max_length=2000,
                verbose_name="how the entries differ from the acta, and why",
            ),
        ),
        migrations.AddField(
            model_name="table",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="paperevent",
            name="act",
            field=models.CharField(
                choices=[
                    ("supplied", "Brought to the table"),
                    ("handed", "Handed out"),
                    ("spoiled", "Spoiled and taken back"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="paperevent",
            index=models.Index(fields=["officer", "at"], name="votes_paperevent_officer"),
        ),
        migrations.AddConstraint(
            model_name="desk",
            constraint=models.UniqueConstraint(
                fields=("id", "municipality"), name="votes_desk_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="entrypart",
            constraint=models.UniqueConstraint(
                fields=("id", "municipality"), name="votes_entrypart_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", ["supplied", "handed", "spoiled"])),
                name="votes_paperevent_act_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperevent",
            constraint=models.UniqueConstraint(
                fields=("table", "act", "attempt"), name="votes_paperevent_form_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "supplied"), ("number__gt", 0)), ("number", 1), _connector="OR"
                ),
                name="votes_paperevent_of_papers",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("municipality", "="),
                    ("officer", "="),
                    (votes.models.paper.Hours("starts_at", "ends_at"), "&&"),
                ],
                name="votes_shift_one_desk_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="table",
            constraint=models.UniqueConstraint(
                fields=("id", "municipality"), name="votes_table_place"
            ),
        ),
        SameParent("votes_shift", "desk_id", "votes_desk"),
        SameParent("votes_table", "desk_id", "votes_desk"),
        SameParent("votes_paperevent", "table_id", "votes_table"),
        SameParent("votes_entrypart", "table_id", "votes_table"),
        SameParent("votes_paperentry", "part_id", "votes_entrypart"),
        *guard("table", TABLE, "INSERT OR UPDATE OR DELETE"),
        *guard("paperevent", EVENT, "INSERT"),
        *guard("entrypart", PART, "INSERT OR UPDATE OR DELETE"),
        *guard("paperentry", ENTRY, "INSERT"),
    ]

from django.db import migrations

from municipalities.rls import ProtectTable, SameParent


TABLES = ("debate", "debateversion", "takenup", "statement", "statementvote", "opinionanalysis")

COUNT = """
CREATE FUNCTION debates_count_{name}_votes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    came record;
BEGIN
    FOR came IN
        SELECT statement_id,
            coalesce(sum(sign) FILTER (WHERE choice = 'agree'), 0) AS yes,
            coalesce(sum(sign) FILTER (WHERE choice = 'disagree'), 0) AS no,
            coalesce(sum(sign) FILTER (WHERE choice = 'pass'), 0) AS pass
        FROM ({rows}) AS rows GROUP BY statement_id ORDER BY statement_id
    LOOP
        UPDATE debates_statement SET agrees = agrees + came.yes,
            disagrees = disagrees + came.no, passes = passes + came.pass
        WHERE id = came.statement_id;
    END LOOP;
    RETURN NULL;
END $$
"""
CAME = "SELECT *, 1 AS sign FROM added"
WENT = "SELECT *, -1 AS sign FROM removed"
# Asked when the transaction ends, so that the conclusion and what it takes up come in any order.
TAKES_UP = """
CREATE FUNCTION debates_conclusion_takes_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM debates_debate d JOIN participation_thread t ON t.id = d.thread_id
               WHERE d.id = NEW.id AND d.concluded_at IS NOT NULL AND t.comment_count > 0
                 AND NOT EXISTS (SELECT FROM debates_takenup u WHERE u.debate_id = d.id)) THEN
        RAISE EXCEPTION 'the conclusion takes up no comment' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'debates_conclusion_takes_up_comments';
    END IF;
    RETURN NULL;
END $$
"""


def count(name, when, rows, tables):
    return migrations.RunSQL(
        sql=[
            COUNT.format(name=name, rows=rows),
            f"CREATE TRIGGER count_{name} AFTER {when} ON debates_statementvote"
            f" REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION debates_count_{name}_votes()",
        ],
        reverse_sql=[
            f"DROP TRIGGER count_{name} ON debates_statementvote",
            f"DROP FUNCTION debates_count_{name}_votes()",
        ],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("debates", "0001_initial"),
        ("participation", "0008_conversation_walls"),
    ]
    operations = [
        *[ProtectTable(f"debates_{table}") for table in TABLES],
        SameParent("debates_debate", "thread_id", "participation_thread"),
        SameParent("debates_statement", "thread_id", "participation_thread"),
        count("new", "INSERT", CAME, "NEW TABLE AS added"),
        count(
            "changed",
            "UPDATE",
            f"{CAME} UNION ALL {WENT}",
            "NEW TABLE AS added OLD TABLE AS removed",
        ),
        count("gone", "DELETE", WENT, "OLD TABLE AS removed"),
        migrations.RunSQL(
            sql=[
                TAKES_UP,
                "CREATE CONSTRAINT TRIGGER conclusion_takes_up AFTER UPDATE OF concluded_at"
                " ON debates_debate DEFERRABLE INITIALLY DEFERRED"
                " FOR EACH ROW WHEN (NEW.concluded_at IS NOT NULL)"
                " EXECUTE FUNCTION debates_conclusion_takes_up()",
            ],
            reverse_sql=[
                "DROP TRIGGER conclusion_takes_up ON debates_debate",
                "DROP FUNCTION debates_conclusion_takes_up()",
            ],
        ),
    ]

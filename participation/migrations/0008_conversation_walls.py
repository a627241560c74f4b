from django.db import migrations

from municipalities.rls import AppendOnly, ProtectTable, SameParent


# Tables that hang on a thread, and of those the ones that may hang on one of its comments.
ON_A_THREAD = ("comment", "reaction", "case", "flag", "trace")
ON_A_COMMENT = ("reaction", "case", "flag")
OTHERS = (
    "commentversion",
    "threadlink",
    "decision",
    "appeal",
    "watchedword",
    "declaredplace",
    "conversationsettings",
)

# Once per statement and in the order of the ids, for the reasons told in proposals/0005.
COUNT_COMMENTS = """
CREATE FUNCTION participation_count_new_comments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    came record;
BEGIN
    FOR came IN
        SELECT thread_id, count(*) AS number FROM added
        WHERE deleted_at IS NULL AND hidden_at IS NULL GROUP BY thread_id ORDER BY thread_id
    LOOP
        UPDATE participation_thread SET comment_count = comment_count + came.number
        WHERE id = came.thread_id;
    END LOOP;
    FOR came IN
        SELECT parent_id, count(*) AS number FROM added
        WHERE parent_id IS NOT NULL GROUP BY parent_id ORDER BY parent_id
    LOOP
        UPDATE participation_comment SET reply_count = reply_count + came.number
        WHERE id = came.parent_id;
    END LOOP;
    RETURN NULL;
END $$
"""
# A comment leaves the count when it is taken back or hidden, and comes again when it is shown.
# Its place stays, and so it goes on counting among the replies of its parent.
COUNT_CHANGED = """
CREATE FUNCTION participation_count_changed_comments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    came record;
BEGIN
    FOR came IN
        SELECT is_now.thread_id, sum(
            (is_now.deleted_at IS NULL AND is_now.hidden_at IS NULL)::int
            - (was.deleted_at IS NULL AND was.hidden_at IS NULL)::int) AS number
        FROM added is_now JOIN removed was ON was.id = is_now.id
        WHERE (is_now.deleted_at IS NULL AND is_now.hidden_at IS NULL)
           <> (was.deleted_at IS NULL AND was.hidden_at IS NULL)
        GROUP BY is_now.thread_id ORDER BY is_now.thread_id
    LOOP
        UPDATE participation_thread SET comment_count = comment_count + came.number
        WHERE id = came.thread_id;
    END LOOP;
    RETURN NULL;
END $$
"""
CAME = "SELECT *, 1 AS sign FROM added"
WENT = "SELECT *, -1 AS sign FROM removed"
SUMS = """
    sum(sign) FILTER (WHERE agrees) AS yes,
    sum(sign) FILTER (WHERE NOT agrees) AS no,
    sum(sign) FILTER (WHERE agrees AND resident_id IS NOT NULL) AS resident_yes,
    sum(sign) FILTER (WHERE NOT agrees AND resident_id IS NOT NULL) AS resident_no
"""
ADD = """
    agrees = agrees + coalesce(came.yes, 0),
    disagrees = disagrees + coalesce(came.no, 0),
    resident_agrees = resident_agrees + coalesce(came.resident_yes, 0),
    resident_disagrees = resident_disagrees + coalesce(came.resident_no, 0)
"""


def count_reactions(name, rows, check=""):
    return f"""
    CREATE FUNCTION participation_count_{name}_reactions() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        came record;
    BEGIN
        {check}
        FOR came IN
            SELECT thread_id, comment_id, {SUMS} FROM ({rows}) AS rows
            GROUP BY thread_id, comment_id ORDER BY thread_id, comment_id
        LOOP
            IF came.comment_id IS NULL THEN
                UPDATE participation_thread SET {ADD} WHERE id = came.thread_id;
            ELSE
                UPDATE participation_comment SET {ADD} WHERE id = came.comment_id;
            END IF;
        END LOOP;
        RETURN NULL;
    END $$
    """


RESIDENTS_ONLY = """
        IF EXISTS (
            SELECT FROM added a
            WHERE a.resident_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM accounts_resident r, municipalities_municipality m
                WHERE r.id = a.resident_id AND m.id = a.municipality_id
                  AND starts_with(r.district_id, m.place_id)
            )
        ) THEN
            RAISE EXCEPTION 'counted as a resident of another place'
                USING ERRCODE = 'check_violation',
                CONSTRAINT = 'participation_reaction_residents_live_here';
        END IF;
"""


def trigger(name, table, when, function):
    tables = {
        "INSERT": "NEW TABLE AS added",
        "UPDATE": "NEW TABLE AS added OLD TABLE AS removed",
        "DELETE": "OLD TABLE AS removed",
    }[when]
    return migrations.RunSQL(
        sql=f"CREATE TRIGGER {name} AFTER {when} ON {table} REFERENCING {tables}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        reverse_sql=f"DROP TRIGGER {name} ON {table}",
    )


def function(name, sql):
    return migrations.RunSQL(sql=sql, reverse_sql=f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [
        ("participation", "0007_conversation"),
        ("accounts", "0007_suspensions_behind_the_wall"),
    ]
    operations = [
        *[ProtectTable(f"participation_{table}") for table in (*ON_A_THREAD, *OTHERS)],
        AppendOnly("participation_decision"),
        *[
            SameParent(f"participation_{table}", "thread_id", "participation_thread")
            for table in ON_A_THREAD
        ],
        SameParent("participation_threadlink", "source_id", "participation_thread"),
        SameParent("participation_threadlink", "result_id", "participation_thread"),
        SameParent("participation_comment", "parent_id", "participation_comment", and_="thread_id"),
        *[
            SameParent(
                f"participation_{table}", "comment_id", "participation_comment", and_="thread_id"
            )
            for table in ON_A_COMMENT
        ],
        # Against whom an appeal is, is whoever decided.
        migrations.RunSQL(
            sql="ALTER TABLE participation_appeal ADD CONSTRAINT participation_appeal_against_whom"
            " FOREIGN KEY (decision_id, against_id) REFERENCES participation_decision (id, by_id)"
            " DEFERRABLE INITIALLY DEFERRED",
            reverse_sql="ALTER TABLE participation_appeal"
            " DROP CONSTRAINT participation_appeal_against_whom",
        ),
        function("participation_count_new_comments", COUNT_COMMENTS),
        function("participation_count_changed_comments", COUNT_CHANGED),
        trigger("count_new", "participation_comment", "INSERT", "participation_count_new_comments"),
        trigger(
            "count_changed",
            "participation_comment",
            "UPDATE",
            "participation_count_changed_comments",
        ),
        function("participation_count_new_reactions", count_reactions("new", CAME, RESIDENTS_ONLY)),
        function(
            "participation_count_changed_reactions",
            count_reactions("changed", f"{CAME} UNION ALL {WENT}", RESIDENTS_ONLY),
        ),
        function("participation_count_gone_reactions", count_reactions("gone", WENT)),
        trigger(
            "count_new", "participation_reaction", "INSERT", "participation_count_new_reactions"
        ),
        trigger(
            "count_changed",
            "participation_reaction",
            "UPDATE",
            "participation_count_changed_reactions",
        ),
        trigger(
            "count_gone", "participation_reaction", "DELETE", "participation_count_gone_reactions"
        ),
    ]

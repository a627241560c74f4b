from django.db import migrations, models

import votes.models.urn


# PostgreSQL does not call it immutable to write UTF-8, but in a database of UTF-8 it is.
WRITTEN = """
CREATE FUNCTION votes_written(text) RETURNS bytea LANGUAGE sql IMMUTABLE AS
'SELECT sha256(convert_to($1, ''UTF8''))'
"""


class Migration(migrations.Migration):
    """An answer is once in its cell by its hash: a long one did not fit into the index."""

    dependencies = [("votes", "0005_asked_from_above")]

    operations = [
        migrations.RunSQL(sql=WRITTEN, reverse_sql="DROP FUNCTION votes_written(text)"),
        migrations.RemoveConstraint(model_name="openedanswer", name="votes_openedanswer_once"),
        migrations.AddConstraint(
            model_name="openedanswer",
            constraint=models.UniqueConstraint(
                "urn",
                "question",
                "cell",
                votes.models.urn.Written("answer"),
                name="votes_openedanswer_once",
            ),
        ),
    ]

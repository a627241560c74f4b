from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

from municipalities.rls import ProtectTable


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0001_initial")]
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGistExtension(),
        # Spanish, without accents, stemmed: "participación" is found for "participaciones".
        migrations.RunSQL(
            sql=[
                "CREATE TEXT SEARCH CONFIGURATION es (COPY = spanish)",
                "ALTER TEXT SEARCH CONFIGURATION es ALTER MAPPING FOR hword, hword_part, word"
                " WITH unaccent, spanish_stem",
            ],
            reverse_sql="DROP TEXT SEARCH CONFIGURATION es",
        ),
        ProtectTable("municipalities_interest"),
    ]

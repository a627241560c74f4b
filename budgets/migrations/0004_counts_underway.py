"""How far a count has come: no count knows beforehand how far it has to go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("budgets", "0003_the_committee")]

    operations = [
        migrations.RemoveConstraint("count", "budgets_count_done_of_all"),
        migrations.RemoveField("count", "of"),
        migrations.RemoveField("count", "done"),
        migrations.AddField(
            "count",
            "tries",
            models.PositiveIntegerField(
                default=0,
                help_text="How often the money of each was raised so far; nobody knows how many.",
            ),
        ),
        migrations.AddField(
            "count",
            "told_at",
            models.DateTimeField(
                blank=True, help_text="When who counts it was last heard of.", null=True
            ),
        ),
    ]

"""Convenios: their states, parties, clauses, papers, addenda and reports."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_the_walls")]

    operations = [
        migrations.AddField(
            model_name="party",
            name="leaves_on",
            field=models.DateField(blank=True, null=True, verbose_name="leaves on"),
        ),
    ]

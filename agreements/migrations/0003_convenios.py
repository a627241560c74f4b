"""Convenios: their states, parties, clauses, papers, addenda and reports."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_the_walls")]

    operations: list[migrations.operations.base.Operation] = []

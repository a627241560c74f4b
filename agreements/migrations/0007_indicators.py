"""Indicators: what is measured, entered and computed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0006_baseline")]

    operations: list[migrations.operations.base.Operation] = []

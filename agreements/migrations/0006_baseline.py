"""How participation stood, and where to begin."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0005_work")]

    operations: list[migrations.operations.base.Operation] = []

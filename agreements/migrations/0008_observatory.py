"""What everybody reads of all this."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0007_indicators")]

    operations: list[migrations.operations.base.Operation] = []

"""Quality, learning, recognition, and what others say."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0008_observatory")]

    operations: list[migrations.operations.base.Operation] = []

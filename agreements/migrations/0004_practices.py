"""The catalogue of practices, their transfer and how deep they take root."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_convenios")]

    operations: list[migrations.operations.base.Operation] = []

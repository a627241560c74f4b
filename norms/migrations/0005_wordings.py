"""When a published answer was corrected; what it said before is in the history of its norm."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("norms", "0004_reading")]
    operations = [
        migrations.AddField(
            model_name="officeanswer",
            name="corrected_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="corrected"
            ),
        ),
    ]

"""Until when the promoters may complete their signatures (Ley 26300, art. 10)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("norms", "0005_wordings")]
    operations = [
        migrations.AddField(
            model_name="initiative",
            name="complete_by",
            field=models.DateField(blank=True, null=True, verbose_name="to be completed by"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    """When the trial ballot was opened, and whose words opened the urn."""

    dependencies = [("votes", "0003_paper_in_order")]

    operations = [
        migrations.AddField(
            model_name="keyceremony",
            name="tried_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="keyshare",
            name="used_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]

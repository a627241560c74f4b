from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("norms", "0005_wordings")]
    operations = []

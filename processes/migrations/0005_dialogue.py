from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("processes", "0004_meetings")]
    operations = []

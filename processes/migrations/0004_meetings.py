from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("processes", "0003_processes")]
    operations = []

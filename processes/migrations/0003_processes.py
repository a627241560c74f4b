from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("processes", "0002_the_walls")]
    operations = []

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("norms", "0002_the_walls")]
    operations = []

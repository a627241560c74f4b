from django.db import migrations

from municipalities.rls import ProtectTable


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_suspensions_and_public_pages")]
    operations = [ProtectTable("accounts_suspension", own="user_id")]

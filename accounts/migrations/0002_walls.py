from django.db import migrations

from municipalities.rls import ProtectTable


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        ProtectTable("accounts_rolegrant", own="user_id"),
        migrations.RunSQL(
            sql="ALTER TABLE accounts_resident ADD CONSTRAINT accounts_resident_lives_in_a_district"
            " CHECK (length(district_id) = 6)",
            reverse_sql="ALTER TABLE accounts_resident"
            " DROP CONSTRAINT accounts_resident_lives_in_a_district",
        ),
    ]

from django.db import migrations

from municipalities.rls import AppendOnly, ProtectTable


class Migration(migrations.Migration):
    dependencies = [("participation", "0001_initial")]
    operations = [
        ProtectTable("participation_intervention"),
        AppendOnly("participation_intervention"),
        ProtectTable("participation_thread"),
        ProtectTable("participation_event"),
        AppendOnly("participation_event"),
        ProtectTable("participation_follow", own="user_id"),
        ProtectTable("participation_notice", own="user_id"),
        ProtectTable("participation_image"),
        ProtectTable("participation_document"),
        ProtectTable("participation_category", shared=True),
    ]

from django.db import migrations, models


# Both after the row is written: whoever waited until a name was given up then sees that it was.
KEEP = """
CREATE FUNCTION accounts_keep_former_handle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_formerhandle (digest)
    VALUES (sha256(convert_to(OLD.handle, 'UTF8'))) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
"""
# Told under the name of the unique index: to who asks it is the same, the name is not to be had.
REFUSE = """
CREATE FUNCTION accounts_refuse_former_handle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM accounts_formerhandle
        WHERE digest = sha256(convert_to(NEW.handle, 'UTF8'))
    ) THEN
        RAISE EXCEPTION 'somebody had this handle before'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'accounts_user_handle_key';
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = {
    "accounts_keep_changed_handle": """
        AFTER UPDATE OF handle ON accounts_user FOR EACH ROW
        WHEN (OLD.handle IS DISTINCT FROM NEW.handle AND OLD.handle IS NOT NULL)
        EXECUTE FUNCTION accounts_keep_former_handle()""",
    "accounts_keep_left_handle": """
        AFTER DELETE ON accounts_user FOR EACH ROW WHEN (OLD.handle IS NOT NULL)
        EXECUTE FUNCTION accounts_keep_former_handle()""",
    "accounts_refuse_changed_handle": """
        AFTER UPDATE OF handle ON accounts_user FOR EACH ROW
        WHEN (OLD.handle IS DISTINCT FROM NEW.handle AND NEW.handle IS NOT NULL)
        EXECUTE FUNCTION accounts_refuse_former_handle()""",
    "accounts_refuse_new_handle": """
        AFTER INSERT ON accounts_user FOR EACH ROW WHEN (NEW.handle IS NOT NULL)
        EXECUTE FUNCTION accounts_refuse_former_handle()""",
}


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_handles_are_plain"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerHandle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
            ],
            options={
                "verbose_name": "former name for mentions",
                "verbose_name_plural": "former names for mentions",
            },
        ),
        migrations.RunSQL(
            sql=[
                KEEP,
                REFUSE,
                *(f"CREATE TRIGGER {name} {when}" for name, when in TRIGGERS.items()),
            ],
            reverse_sql=[
                *(f"DROP TRIGGER {name} ON accounts_user" for name in TRIGGERS),
                "DROP FUNCTION accounts_keep_former_handle()",
                "DROP FUNCTION accounts_refuse_former_handle()",
            ],
        ),
    ]

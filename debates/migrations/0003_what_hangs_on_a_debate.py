from django.db import migrations, models

from municipalities.rls import SameParent


TABLES = ("debateversion", "takenup", "statement", "opinionanalysis")

# Quoting what somebody said elsewhere would put words into this debate.
OF_THIS_DEBATE = """
CREATE FUNCTION debates_taken_up_from_here() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM debates_debate d JOIN participation_comment c
                   ON c.thread_id = d.thread_id AND c.municipality_id = d.municipality_id
                   WHERE d.id = NEW.debate_id AND c.id = NEW.comment_id) THEN
        RAISE EXCEPTION 'the comment is of another debate' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'debates_takenup_from_here';
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("debates", "0002_walls_and_counts"),
    ]
    operations = [
        migrations.AddConstraint(
            model_name="debate",
            constraint=models.UniqueConstraint(
                fields=["id", "municipality"], name="debates_debate_place"
            ),
        ),
        *[SameParent(f"debates_{table}", "debate_id", "debates_debate") for table in TABLES],
        migrations.RunSQL(
            sql=[
                OF_THIS_DEBATE,
                "CREATE CONSTRAINT TRIGGER taken_up_from_here"
                " AFTER INSERT OR UPDATE ON debates_takenup"
                " FOR EACH ROW EXECUTE FUNCTION debates_taken_up_from_here()",
            ],
            reverse_sql=[
                "DROP TRIGGER taken_up_from_here ON debates_takenup",
                "DROP FUNCTION debates_taken_up_from_here()",
            ],
        ),
    ]

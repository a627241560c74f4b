from django.db import migrations

from municipalities.rls import ProtectTable


TABLES = [
    "proposalsettings",
    "proposal",
    "proposalversion",
    "support",
    "answer",
    "answertemplate",
    "technicalsheet",
    "milestone",
]

# The count of a proposal follows its supports whoever writes them, and a support is only
# taken from somebody who lives there while the proposal gathers them. Adding locks the
# proposal's row, so that two people at once are counted one after the other.
COUNT_SUPPORTS = """
CREATE FUNCTION proposals_count_support() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    proposal proposals_proposal;
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE proposals_proposal SET support_count = support_count - 1 WHERE id = OLD.proposal_id;
        RETURN OLD;
    END IF;

    UPDATE proposals_proposal SET support_count = support_count + 1
    WHERE id = NEW.proposal_id AND municipality_id = NEW.municipality_id
    RETURNING * INTO proposal;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such proposal in this municipality' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.merged_from_id IS NULL AND NEW.channel <> 'import'
       AND proposal.state NOT IN ('gathering', 'threshold') THEN
        RAISE EXCEPTION 'the proposal takes no supports' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'proposals_support_only_while_gathering';
    END IF;
    IF NOT EXISTS (
        SELECT FROM accounts_resident r, municipalities_municipality m
        WHERE r.id = NEW.resident_id AND m.id = NEW.municipality_id
          AND starts_with(r.district_id, m.place_id)
    ) THEN
        RAISE EXCEPTION 'only residents support here' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'proposals_support_only_by_residents';
    END IF;
    RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER count_support AFTER INSERT OR DELETE ON proposals_support
FOR EACH ROW EXECUTE FUNCTION proposals_count_support()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("proposals", "0001_initial"),
        ("municipalities", "0002_walls_and_search"),
        ("accounts", "0002_walls"),
    ]
    operations = [
        *[ProtectTable(f"proposals_{table}") for table in TABLES],
        migrations.RunSQL(
            sql=[COUNT_SUPPORTS, TRIGGER],
            reverse_sql=[
                "DROP TRIGGER count_support ON proposals_support",
                "DROP FUNCTION proposals_count_support()",
            ],
        ),
    ]

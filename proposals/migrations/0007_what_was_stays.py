from django.db import migrations


# A support never passes to another person or proposal: the counts follow what comes and goes,
# and would not notice. An earlier text is never rewritten; it goes only with its proposal.
STAY = {
    "proposals_support": """
        WHEN ((OLD.municipality_id, OLD.proposal_id, OLD.resident_id)
              IS DISTINCT FROM (NEW.municipality_id, NEW.proposal_id, NEW.resident_id))
    """,
    "proposals_proposalversion": "",
}


class Migration(migrations.Migration):
    dependencies = [
        ("proposals", "0006_municipality_named"),
        ("participation", "0002_walls"),  # where rows first were only added
    ]
    operations = [
        migrations.RunSQL(
            sql=f"CREATE TRIGGER stays BEFORE UPDATE ON {table} FOR EACH ROW {when}"
            " EXECUTE FUNCTION refuse_change()",
            reverse_sql=f"DROP TRIGGER stays ON {table}",
        )
        for table, when in STAY.items()
    ]

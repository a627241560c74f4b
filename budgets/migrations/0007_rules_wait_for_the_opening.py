"""Whoever changes a rule and whoever opens the budget wait for one another.

The lock of 0002 let a heading in between the reading of the rules and the opening: it held off
only a budget's deletion. This one holds off its opening too.
"""

from importlib import import_module

from django.db import migrations


BEFORE = import_module("budgets.migrations.0002_the_walls").GUARD_RULES
AFTER = BEFORE.replace("FOR KEY SHARE", "FOR SHARE")


def replaced(sql):
    return sql.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("budgets", "0006_evaluation_walls")]
    operations = [migrations.RunSQL(sql=replaced(AFTER), reverse_sql=replaced(BEFORE))]

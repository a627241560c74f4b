from django.db import migrations

from accounts import handles


def give(apps, schema_editor):
    """Everybody who joined before there were short names gets one; a second run finds nobody."""
    User = apps.get_model("accounts", "User")
    Municipality = apps.get_model("municipalities", "Municipality")
    people = User.objects.using(schema_editor.connection.alias)
    places = Municipality.objects.using(schema_editor.connection.alias)
    taken = set(people.exclude(handle=None).values_list("handle", flat=True))
    taken.update(places.values_list("slug", flat=True))
    last = {}  # how far the numbers of a name have come, so that the thousandth is found at once
    batch = []
    waiting = people.filter(handle=None, deleted_at=None).order_by("date_joined", "pk")
    for user in waiting.only("pk", "display_name").iterator(1000):
        base = handles.made_from(user.display_name)
        candidates = last.setdefault(base, handles.free(base, taken))
        user.handle = next(candidates)
        taken.add(user.handle)
        batch.append(user)
        if len(batch) == 1000:
            people.bulk_update(batch, ["handle"])
            batch = []
    people.bulk_update(batch, ["handle"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_suspensions_behind_the_wall"),
        ("municipalities", "0006_fields_named"),
    ]
    operations = [migrations.RunPython(give, migrations.RunPython.noop, elidable=True)]

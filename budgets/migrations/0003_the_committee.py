"""How a committee was elected and recognised, and the link by which its members come in."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from municipalities.rls import ProtectTable, SameParent


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0002_the_walls"),
        ("municipalities", "0006_fields_named"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Committee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("elected_on", models.DateField(verbose_name="elected on")),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        help_text="For example: by a show of hands of the agents, in the last workshop.",
                        max_length=200,
                        verbose_name="how it was elected",
                    ),
                ),
                (
                    "resolution",
                    models.CharField(
                        blank=True,
                        help_text="The resolution or ordinance, with its number.",
                        max_length=120,
                        verbose_name="recognised by",
                    ),
                ),
                (
                    "recognised_on",
                    models.DateField(blank=True, null=True, verbose_name="recognised on"),
                ),
                (
                    "answer_days",
                    models.PositiveSmallIntegerField(
                        default=15,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="working days to answer a report",
                    ),
                ),
            ],
            options={
                "verbose_name": "vigilance committee",
                "verbose_name_plural": "vigilance committees",
            },
        ),
        migrations.AddField(
            model_name="committeemember",
            name="invitation",
            field=models.BinaryField(blank=True, max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="committeemember",
            name="invited_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="invited"
            ),
        ),
        migrations.AddConstraint(
            model_name="committeemember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("invitation__isnull", True), ("invited_at__isnull", True)),
                    models.Q(("invitation__isnull", False), ("invited_at__isnull", False)),
                    _connector="OR",
                ),
                name="budgets_committeemember_invitation_and_invited_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="committeemember",
            constraint=models.CheckConstraint(
                condition=models.Q(("gender__in", ["", "woman", "man", "other", "undisclosed"])),
                name="budgets_committeemember_gender_is_known",
            ),
        ),
        migrations.AddField(
            model_name="committee",
            name="budget",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="vigilance",
                to="budgets.budget",
            ),
        ),
        migrations.AddField(
            model_name="committee",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="municipalities.municipality",
            ),
        ),
        migrations.AddConstraint(
            model_name="committee",
            constraint=models.UniqueConstraint(
                fields=("id", "municipality"), name="budgets_committee_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="committee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recognised_on", None), ("resolution", "")),
                    models.Q(
                        models.Q(("resolution", ""), _negated=True),
                        ("recognised_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="budgets_committee_recognised_by_something",
                violation_error_message="Give both the resolution and its day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="committee",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_days__range", (1, 60))),
                name="budgets_committee_answers_within_days",
            ),
        ),
        ProtectTable("budgets_committee"),
        SameParent("budgets_committee", "budget_id", "budgets_budget"),
    ]

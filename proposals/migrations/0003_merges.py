import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from municipalities.rls import ProtectTable


class Migration(migrations.Migration):
    dependencies = [
        ("municipalities", "0002_walls_and_search"),
        ("participation", "0002_walls"),
        ("proposals", "0002_walls_and_counts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LentFollow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "verbose_name": "follow by joining",
                "verbose_name_plural": "follows by joining",
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source_state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("gathering", "Gathering supports"),
                            ("threshold", "Threshold reached"),
                            ("evaluation", "Under evaluation"),
                            ("answered", "Answered"),
                            ("in_progress", "In progress"),
                            ("done", "Done"),
                            ("retired", "Withdrawn by its author"),
                            ("archived", "Archived"),
                            ("merged", "Joined to another"),
                        ],
                        max_length=12,
                    ),
                ),
                ("target_due_on", models.DateField(blank=True, null=True)),
                ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "joining of two proposals",
                "verbose_name_plural": "joinings of proposals",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("state__in", ["threshold", "evaluation"])),
                fields=["municipality", "answer_due_on"],
                name="proposals_proposal_due",
            ),
        ),
        migrations.AddField(
            model_name="lentfollow",
            name="follow",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="participation.follow",
            ),
        ),
        migrations.AddField(
            model_name="lentfollow",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="municipalities.municipality",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="municipalities.municipality",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merges",
                to="proposals.proposal",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merges_received",
                to="proposals.proposal",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="lentfollow",
            name="merge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lent_follows",
                to="proposals.merge",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "source_state__in",
                        [
                            "draft",
                            "gathering",
                            "threshold",
                            "evaluation",
                            "answered",
                            "in_progress",
                            "done",
                            "retired",
                            "archived",
                            "merged",
                        ],
                    )
                ),
                name="proposals_merge_source_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="proposals_merge_undone_at_and_undone_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)),
                fields=("source",),
                name="proposals_merge_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", models.F("target")), _negated=True),
                name="proposals_merge_never_with_itself",
            ),
        ),
        ProtectTable("proposals_merge"),
        ProtectTable("proposals_lentfollow"),
    ]

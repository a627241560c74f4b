import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from municipalities.rls import ProtectTable, SameParent


class Migration(migrations.Migration):
    dependencies = [
        ("municipalities", "0006_fields_named"),
        ("proposals", "0009_hidden_by_a_rule"),
        ("votes", "0002_the_urn"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="VoteRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        max_length=600, verbose_name="why it should be put to the vote"
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_on", models.DateField(verbose_name="answer due")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "It will be put to the vote"),
                            ("declined", "It will not be put to the vote"),
                            ("withdrawn", "Withdrawn with the proposal"),
                        ],
                        max_length=9,
                        verbose_name="decision",
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=5000, verbose_name="reasons")),
                ("office", models.CharField(blank=True, max_length=120, verbose_name="office")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "poll",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked_for_in",
                        to="votes.poll",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vote_requests",
                        to="proposals.proposal",
                    ),
                ),
            ],
            options={
                "verbose_name": "request for a vote",
                "verbose_name_plural": "requests for a vote",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            models.Q(
                                ("answered_at__isnull", False), ("answered_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="proposals_voterequest_answered_at_and_answered_by",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)),
                        fields=("proposal",),
                        name="proposals_voterequest_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict__in", ["", "accepted", "declined", "withdrawn"])
                        ),
                        name="proposals_voterequest_verdict_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("verdict", "")),
                            models.Q(
                                ("answered_at__isnull", False),
                                models.Q(("verdict", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="proposals_voterequest_answered_has_its_verdict",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict__in", ["", "withdrawn"]),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="proposals_voterequest_answer_has_reasons",
                        violation_error_message="Give the reasons: people read them.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("poll__isnull", False), ("verdict", "accepted")),
                            models.Q(
                                models.Q(("verdict", "accepted"), _negated=True), ("poll", None)
                            ),
                            _connector="OR",
                        ),
                        name="proposals_voterequest_accepted_has_its_poll",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="proposals_voterequest_says_why",
                    ),
                ],
            },
        ),
        ProtectTable("proposals_voterequest"),
        SameParent("proposals_voterequest", "poll_id", "votes_poll"),
    ]

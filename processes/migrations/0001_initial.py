import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("agreements", "0010_kinds_counted"),
        ("municipalities", "0008_addresses_kept"),
        ("participation", "0020_norms_and_processes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Escalation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="raised",
                        to="municipalities.municipality",
                        verbose_name="raised by",
                    ),
                ),
                (
                    "to_municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received",
                        to="municipalities.municipality",
                        verbose_name="raised to",
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                        verbose_name="where it began",
                    ),
                ),
                (
                    "before",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="after",
                        to="processes.escalation",
                        verbose_name="raised before as",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="participation.thread",
                        verbose_name="what is raised",
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("path", models.CharField(max_length=300, verbose_name="address where it began")),
                (
                    "reason",
                    models.TextField(
                        max_length=4000, verbose_name="why this level cannot decide it"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "Sent"),
                            ("received", "Received"),
                            ("answered", "Answered"),
                            ("returned", "Returned"),
                            ("passed_on", "Passed on to the next level"),
                        ],
                        default="sent",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=4000, verbose_name="answer")),
                (
                    "answer_by",
                    models.DateField(blank=True, null=True, verbose_name="to be answered by"),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
                (
                    "sent_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="sent"),
                ),
            ],
            options={
                "verbose_name": "matter raised to another level",
                "verbose_name_plural": "matters raised to another level",
                "ordering": ["-sent_at", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["to_municipality", "state"], name="processes_escalation_received"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["sent", "received", "answered", "returned", "passed_on"])
                        ),
                        name="processes_escalation_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("municipality", models.F("to_municipality")), _negated=True
                        ),
                        name="processes_escalation_leads_elsewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["answered", "returned"]), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="processes_escalation_answered_says_what",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["sent", "received"])),
                        fields=("thread",),
                        name="processes_escalation_once_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EscalationEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "escalation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="processes.escalation",
                        verbose_name="matter raised",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "Sent"),
                            ("received", "Received"),
                            ("answered", "Answered"),
                            ("returned", "Returned"),
                            ("passed_on", "Passed on to the next level"),
                        ],
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "text",
                    models.TextField(blank=True, max_length=4000, verbose_name="what was said"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="when"),
                ),
            ],
            options={
                "verbose_name": "event of a matter raised",
                "verbose_name_plural": "events of matters raised",
                "ordering": ["escalation", "at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["sent", "received", "answered", "returned", "passed_on"])
                        ),
                        name="processes_escalationevent_state_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProcessTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                (
                    "practice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="process_templates",
                        to="agreements.practice",
                        verbose_name="good practice",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("participation", "Public process"), ("dialogue", "Dialogue")],
                        default="participation",
                        max_length=13,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("summary", models.CharField(max_length=400, verbose_name="in two sentences")),
                (
                    "text",
                    models.TextField(blank=True, max_length=20000, verbose_name="what it is about"),
                ),
                ("rules", models.TextField(max_length=20000, verbose_name="rules")),
                (
                    "advice",
                    models.TextField(
                        blank=True,
                        help_text="What it needs, what it costs and what others learnt.",
                        max_length=10000,
                        verbose_name="advice to the municipality",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="published"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            ],
            options={
                "verbose_name": "template of a process",
                "verbose_name_plural": "templates of processes",
                "ordering": ["title"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["participation", "dialogue"])),
                        name="processes_processtemplate_kind_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Process",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="processes",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "thread",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="process",
                        to="participation.thread",
                        verbose_name="conversation",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                ("form_key", models.UUIDField(editable=False, null=True)),
                (
                    "template",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="processes",
                        to="processes.processtemplate",
                        verbose_name="template",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("participation", "Public process"), ("dialogue", "Dialogue")],
                        default="participation",
                        max_length=13,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "In preparation"),
                            ("open", "Open"),
                            ("closed", "Closed"),
                            ("called_off", "Called off"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                (
                    "summary",
                    models.CharField(
                        help_text="What is decided, and who may take part.",
                        max_length=400,
                        verbose_name="in two sentences",
                    ),
                ),
                (
                    "text",
                    models.TextField(blank=True, max_length=20000, verbose_name="what it is about"),
                ),
                (
                    "rules",
                    models.TextField(
                        blank=True,
                        help_text="Who may take part, how it is decided and what binds whom. Frozen at opening.",
                        max_length=20000,
                        verbose_name="rules",
                    ),
                ),
                (
                    "office",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="office that answers"
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participation.category",
                        verbose_name="topic",
                    ),
                ),
                ("place_name", models.CharField(blank=True, max_length=120, verbose_name="where")),
                (
                    "opened_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="opened"
                    ),
                ),
                (
                    "closed_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="closed"
                    ),
                ),
                (
                    "called_off_why",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="why it was called off"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="begun"
                    ),
                ),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.CombinedSearchVector(
                                django.contrib.postgres.search.SearchVector(
                                    "title", config="es", weight="A"
                                ),
                                "||",
                                django.contrib.postgres.search.SearchVector(
                                    "summary", config="es", weight="B"
                                ),
                                django.contrib.postgres.search.SearchConfig("es"),
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector(
                                "text", config="es", weight="C"
                            ),
                            django.contrib.postgres.search.SearchConfig("es"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "process",
                "verbose_name_plural": "processes",
                "ordering": ["-opened_at", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["municipality", "-opened_at", "-id"],
                        name="processes_process_newest",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search"], name="processes_process_search"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["participation", "dialogue"])),
                        name="processes_process_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "open", "closed", "called_off"])
                        ),
                        name="processes_process_state_is_known",
                    ),
                    models.UniqueConstraint(
                        fields=("author", "form_key"), name="processes_process_form_once"
                    ),
                    models.UniqueConstraint(
                        fields=("id", "municipality"), name="processes_process_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("summary", ""), _negated=True),
                        ),
                        name="processes_process_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opened_at", None),
                            models.Q(("rules", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="processes_process_opens_with_rules",
                        violation_error_message="Write the rules first: they are frozen at opening.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("opened_at", None), ("state", "draft")),
                            models.Q(
                                ("closed_at", None), ("opened_at__isnull", False), ("state", "open")
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("opened_at__isnull", False),
                                ("state", "closed"),
                            ),
                            models.Q(("opened_at__isnull", False), ("state", "called_off")),
                            _connector="OR",
                        ),
                        name="processes_process_state_and_moments",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "called_off"), _negated=True),
                            models.Q(("called_off_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="processes_process_called_off_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="processes.process",
                        verbose_name="process",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("info", "Information"),
                            ("meeting", "Meetings"),
                            ("proposals", "Proposals"),
                            ("debate", "Debate"),
                            ("norm", "Draft norm"),
                            ("vote", "Vote"),
                            ("budget", "Participatory budget"),
                            ("answer", "Answer of the municipality"),
                            ("other", "Something else"),
                        ],
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                (
                    "text",
                    models.TextField(blank=True, max_length=4000, verbose_name="what happens"),
                ),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "thread",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps_of_processes",
                        to="participation.thread",
                        verbose_name="where it happens",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a process",
                "verbose_name_plural": "steps of processes",
                "ordering": ["process", "position"],
                "indexes": [
                    models.Index(fields=["municipality", "starts_at"], name="processes_step_agenda")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "info",
                                    "meeting",
                                    "proposals",
                                    "debate",
                                    "norm",
                                    "vote",
                                    "budget",
                                    "answer",
                                    "other",
                                ],
                            )
                        ),
                        name="processes_step_kind_is_known",
                    ),
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("process", "position"),
                        name="processes_step_position_once",
                    ),
                    models.UniqueConstraint(
                        fields=("process", "thread"), name="processes_step_thread_once"
                    ),
                    models.UniqueConstraint(
                        fields=("id", "municipality"), name="processes_step_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_at", None),
                            ("ends_at", None),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="processes_step_ends_after_start",
                        violation_error_message="It ends before it begins.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team",
                        to="processes.process",
                        verbose_name="process",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("leads", "Leads it"),
                            ("facilitates", "Facilitates"),
                            ("helps", "Helps"),
                        ],
                        default="helps",
                        max_length=11,
                        verbose_name="role",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "office",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="office or organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "member of a team",
                "verbose_name_plural": "members of teams",
                "ordering": ["process", "position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["leads", "facilitates", "helps"])),
                        name="processes_teammember_role_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "process",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcome",
                        to="processes.process",
                        verbose_name="process",
                    ),
                ),
                (
                    "decided",
                    models.TextField(
                        help_text="In plain words, for everybody.",
                        max_length=4000,
                        verbose_name="what was decided",
                    ),
                ),
                (
                    "next_steps",
                    models.TextField(
                        max_length=4000, verbose_name="what happens now, and who does it"
                    ),
                ),
                (
                    "review_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="to be looked at again on"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="published"
                    ),
                ),
            ],
            options={
                "verbose_name": "outcome of a process",
                "verbose_name_plural": "outcomes of processes",
                "ordering": ["-published_at"],
                "indexes": [
                    models.Index(fields=["municipality", "review_on"], name="processes_outcome_due")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "municipality"), name="processes_outcome_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided", ""), _negated=True),
                            models.Q(("next_steps", ""), _negated=True),
                        ),
                        name="processes_outcome_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutcomeReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "outcome",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="processes.outcome",
                        verbose_name="outcome",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("on_course", "On course"),
                            ("late", "Late"),
                            ("done", "Done"),
                            ("dropped", "Given up"),
                        ],
                        max_length=9,
                        verbose_name="how it stands",
                    ),
                ),
                ("text", models.TextField(max_length=4000, verbose_name="what became of it")),
                (
                    "next_review_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="to be looked at again on"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="when"),
                ),
            ],
            options={
                "verbose_name": "review of an outcome",
                "verbose_name_plural": "reviews of outcomes",
                "ordering": ["outcome", "at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["on_course", "late", "done", "dropped"])),
                        name="processes_outcomereview_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="processes_outcomereview_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["done", "dropped"]),
                            ("next_review_on__isnull", False),
                            _connector="OR",
                        ),
                        name="processes_outcomereview_goes_on_or_ends",
                        violation_error_message="Say when it is to be looked at again.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplateStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="processes.processtemplate",
                        verbose_name="template",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("info", "Information"),
                            ("meeting", "Meetings"),
                            ("proposals", "Proposals"),
                            ("debate", "Debate"),
                            ("norm", "Draft norm"),
                            ("vote", "Vote"),
                            ("budget", "Participatory budget"),
                            ("answer", "Answer of the municipality"),
                            ("other", "Something else"),
                        ],
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                (
                    "text",
                    models.TextField(blank=True, max_length=4000, verbose_name="what happens"),
                ),
                (
                    "first_day",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="begins after so many days"
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(default=7, verbose_name="lasts so many days"),
                ),
            ],
            options={
                "verbose_name": "step of a template",
                "verbose_name_plural": "steps of templates",
                "ordering": ["template", "position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "info",
                                    "meeting",
                                    "proposals",
                                    "debate",
                                    "norm",
                                    "vote",
                                    "budget",
                                    "answer",
                                    "other",
                                ],
                            )
                        ),
                        name="processes_templatestep_kind_is_known",
                    ),
                    models.UniqueConstraint(
                        fields=("template", "position"), name="processes_templatestep_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gt", 0)), name="processes_templatestep_lasts"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "thread",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meeting",
                        to="participation.thread",
                        verbose_name="conversation",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                ("form_key", models.UUIDField(editable=False, null=True)),
                (
                    "process",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="processes.process",
                        verbose_name="process",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="meetings",
                        to="processes.step",
                        verbose_name="step",
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("session", "Session of a council or committee"),
                            ("assembly", "Assembly"),
                            ("workshop", "Workshop"),
                            ("hearing", "Public hearing"),
                            ("table", "Session of a dialogue"),
                            ("info", "Information and training"),
                        ],
                        default="assembly",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "In preparation"),
                            ("called", "Called"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                (
                    "text",
                    models.TextField(blank=True, max_length=10000, verbose_name="what it is for"),
                ),
                (
                    "office",
                    models.CharField(blank=True, max_length=120, verbose_name="who calls it"),
                ),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("place_name", models.CharField(blank=True, max_length=160, verbose_name="where")),
                (
                    "address",
                    models.CharField(blank=True, max_length=300, verbose_name="how to get there"),
                ),
                (
                    "latitude",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "longitude",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                (
                    "online_url",
                    models.URLField(blank=True, verbose_name="address for joining from afar"),
                ),
                (
                    "takes_registrations",
                    models.BooleanField(
                        default=False,
                        help_text="Nobody who comes is turned away for it.",
                        verbose_name="people register",
                    ),
                ),
                (
                    "capacity",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="seats"),
                ),
                (
                    "quorum",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="quorum"),
                ),
                (
                    "call_days",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="days of notice that the rules ask for"
                    ),
                ),
                ("is_closed", models.BooleanField(default=False, verbose_name="closed session")),
                (
                    "closed_why",
                    models.CharField(blank=True, max_length=300, verbose_name="why it is closed"),
                ),
                (
                    "called_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="called"
                    ),
                ),
                (
                    "cancelled_why",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="why it was cancelled"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="begun"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="changed"
                    ),
                ),
            ],
            options={
                "verbose_name": "meeting",
                "verbose_name_plural": "meetings",
                "ordering": ["starts_at", "pk"],
                "indexes": [
                    models.Index(
                        fields=["municipality", "starts_at"], name="processes_meeting_agenda"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["session", "assembly", "workshop", "hearing", "table", "info"],
                            )
                        ),
                        name="processes_meeting_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "called", "cancelled"])),
                        name="processes_meeting_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                            _connector="OR",
                        ),
                        name="processes_meeting_latitude_and_longitude",
                    ),
                    models.UniqueConstraint(
                        fields=("author", "form_key"), name="processes_meeting_form_once"
                    ),
                    models.UniqueConstraint(
                        fields=("id", "municipality"), name="processes_meeting_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="processes_meeting_ends_after_start",
                        violation_error_message="It ends before it begins.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("called_at", None),
                            models.Q(("place_name", ""), _negated=True),
                            models.Q(("online_url", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="processes_meeting_is_somewhere",
                        violation_error_message="Say where it is, or how to join from afar.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_closed", False),
                            models.Q(("closed_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="processes_meeting_closed_says_why",
                        violation_error_message="Say why it is closed: everybody reads that.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), _negated=True),
                            models.Q(("cancelled_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="processes_meeting_cancelled_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("called_at", None), ("state", "draft")),
                            models.Q(
                                ("called_at__isnull", False), ("state__in", ["called", "cancelled"])
                            ),
                            _connector="OR",
                        ),
                        name="processes_meeting_state_and_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="processes.meeting",
                        verbose_name="meeting",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("title", models.CharField(max_length=200, verbose_name="point")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="minutes it takes"
                    ),
                ),
                (
                    "decided",
                    models.TextField(blank=True, max_length=4000, verbose_name="what was decided"),
                ),
            ],
            options={
                "verbose_name": "point of an agenda",
                "verbose_name_plural": "points of agendas",
                "ordering": ["meeting", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("meeting", "position"),
                        name="processes_agendaitem_position_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registrations",
                        to="processes.meeting",
                        verbose_name="meeting",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "Web"),
                            ("desk", "Desk"),
                            ("event", "Event"),
                            ("import", "Brought from another portal"),
                        ],
                        default="web",
                        max_length=6,
                        verbose_name="by what way",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="registered"
                    ),
                ),
                (
                    "cancelled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="taken back"),
                ),
                (
                    "seated_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="has a seat since"),
                ),
                (
                    "sent_sequence",
                    models.PositiveIntegerField(
                        editable=False, null=True, verbose_name="last change that was sent"
                    ),
                ),
                ("came", models.BooleanField(blank=True, null=True, verbose_name="came")),
            ],
            options={
                "verbose_name": "registration for a meeting",
                "verbose_name_plural": "registrations for meetings",
                "ordering": ["meeting", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["web", "desk", "event", "import"])),
                        name="processes_registration_channel_is_known",
                    ),
                    models.UniqueConstraint(
                        fields=("meeting", "user"), name="processes_registration_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Minutes",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="minutes",
                        to="processes.meeting",
                        verbose_name="meeting",
                    ),
                ),
                ("text", models.TextField(max_length=20000, verbose_name="what was said")),
                ("attended", models.PositiveIntegerField(verbose_name="people who came")),
                ("women", models.PositiveIntegerField(blank=True, null=True, verbose_name="women")),
                (
                    "rural",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="rural people"),
                ),
                (
                    "first_time",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="came for the first time"
                    ),
                ),
                (
                    "had_quorum",
                    models.BooleanField(blank=True, null=True, verbose_name="there was a quorum"),
                ),
                (
                    "signatures",
                    models.TextField(
                        blank=True,
                        help_text="One a line: name, office.",
                        max_length=4000,
                        verbose_name="who signed",
                    ),
                ),
                (
                    "is_restricted",
                    models.BooleanField(default=False, verbose_name="for staff alone"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="written"
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="published"
                    ),
                ),
            ],
            options={
                "verbose_name": "acta of a meeting",
                "verbose_name_plural": "actas of meetings",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("women", None),
                                ("women__lte", models.F("attended")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("rural", None),
                                ("rural__lte", models.F("attended")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("first_time", None),
                                ("first_time__lte", models.F("attended")),
                                _connector="OR",
                            ),
                        ),
                        name="processes_minutes_parts_of_the_whole",
                        violation_error_message="There are no more of them than people who came.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="processes.process",
                        verbose_name="process",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("authority", "Authority"),
                            ("population", "Population"),
                            ("company", "Company"),
                            ("civil_society", "Civil society"),
                        ],
                        max_length=13,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "speaker",
                    models.CharField(blank=True, max_length=160, verbose_name="who speaks for it"),
                ),
                (
                    "contact",
                    models.CharField(
                        blank=True,
                        help_text="Only staff read this.",
                        max_length=200,
                        verbose_name="how to reach it",
                    ),
                ),
            ],
            options={
                "verbose_name": "party of a dialogue",
                "verbose_name_plural": "parties of dialogues",
                "ordering": ["process", "position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["authority", "population", "company", "civil_society"])
                        ),
                        name="processes_party_kind_is_known",
                    ),
                    models.UniqueConstraint(
                        fields=("process", "name"), name="processes_party_once"
                    ),
                    models.UniqueConstraint(
                        fields=("id", "municipality"), name="processes_party_place"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Undertaking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undertakings",
                        to="processes.process",
                        verbose_name="process",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undertakings",
                        to="processes.meeting",
                        verbose_name="meeting",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undertakings",
                        to="processes.party",
                        verbose_name="party",
                    ),
                ),
                ("owner", models.CharField(max_length=160, verbose_name="who does it")),
                ("text", models.TextField(max_length=2000, verbose_name="what was agreed")),
                ("due_on", models.DateField(verbose_name="due on")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To be done"), ("done", "Done"), ("dropped", "Given up")],
                        default="open",
                        editable=False,
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("is_public", models.BooleanField(default=True, verbose_name="everybody reads it")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="agreed"
                    ),
                ),
            ],
            options={
                "verbose_name": "something agreed",
                "verbose_name_plural": "what was agreed",
                "ordering": ["due_on", "pk"],
                "indexes": [
                    models.Index(
                        fields=["municipality", "state", "due_on"], name="processes_undertaking_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "done", "dropped"])),
                        name="processes_undertaking_state_is_known",
                    ),
                    models.UniqueConstraint(
                        fields=("id", "municipality"), name="processes_undertaking_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("process__isnull", False), ("meeting__isnull", False), _connector="OR"
                        ),
                        name="processes_undertaking_of_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("owner", ""), _negated=True),
                            models.Q(("text", ""), _negated=True),
                        ),
                        name="processes_undertaking_says_who_and_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UndertakingUpdate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "undertaking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="updates",
                        to="processes.undertaking",
                        verbose_name="something agreed",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To be done"), ("done", "Done"), ("dropped", "Given up")],
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="what came of it")),
                ("url", models.URLField(blank=True, verbose_name="what shows it")),
                (
                    "asks_evidence",
                    models.BooleanField(default=False, verbose_name="asks for evidence"),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="new day")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="when"),
                ),
            ],
            options={
                "verbose_name": "what came of something agreed",
                "verbose_name_plural": "what came of what was agreed",
                "ordering": ["undertaking", "at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "done", "dropped"])),
                        name="processes_undertakingupdate_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="processes_undertakingupdate_says_what",
                    ),
                ],
            },
        ),
    ]

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.constraints
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("municipalities", "0008_addresses_kept"),
        ("participation", "0020_norms_and_processes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Norm",
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
                        related_name="norms",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "thread",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="norm",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("ordinance", "Ordinance"),
                            ("rules", "Regulations"),
                            ("plan", "Plan"),
                            ("decree", "Decree of the mayor"),
                            ("accord", "Accord of the council"),
                        ],
                        default="ordinance",
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "In preparation"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                (
                    "summary",
                    models.CharField(
                        help_text="What it changes in people's lives, in plain words.",
                        max_length=400,
                        verbose_name="in two sentences",
                    ),
                ),
                (
                    "explanation",
                    models.TextField(blank=True, max_length=20000, verbose_name="why it is needed"),
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
                (
                    "explained_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="explained from"),
                ),
                (
                    "opens_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="takes comments from"),
                ),
                (
                    "closes_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="takes comments until"
                    ),
                ),
                (
                    "answers_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered until"),
                ),
                (
                    "final_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="final text by"),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="published"
                    ),
                ),
                (
                    "withdrawn_why",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="why it was withdrawn"
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("passed", "Approved as in the final text"),
                            ("changed", "Approved with further changes"),
                            ("rejected", "Not approved"),
                            ("shelved", "Put aside"),
                        ],
                        max_length=8,
                        verbose_name="result",
                    ),
                ),
                (
                    "result_text",
                    models.TextField(
                        blank=True, max_length=10000, verbose_name="what was decided and why"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        help_text="As it was published.",
                        max_length=80,
                        verbose_name="number of the norm",
                    ),
                ),
                ("passed_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                (
                    "publicity",
                    models.CharField(
                        blank=True,
                        help_text="Newspaper, poster, radio: as the law asks of this municipality.",
                        max_length=300,
                        verbose_name="where it was published",
                    ),
                ),
                ("url", models.URLField(blank=True, verbose_name="address of the published norm")),
                (
                    "resulted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="result published"
                    ),
                ),
                (
                    "resulted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="result published by",
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
                                "explanation", config="es", weight="C"
                            ),
                            django.contrib.postgres.search.SearchConfig("es"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "draft norm",
                "verbose_name_plural": "draft norms",
                "ordering": ["-published_at", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["municipality", "-published_at", "-id"], name="norms_norm_newest"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search"], name="norms_norm_search"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["ordinance", "rules", "plan", "decree", "accord"])
                        ),
                        name="norms_norm_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "withdrawn"])),
                        name="norms_norm_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resulted_at__isnull", True), ("resulted_by__isnull", True)),
                            models.Q(
                                ("resulted_at__isnull", False), ("resulted_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="norms_norm_resulted_at_and_resulted_by",
                    ),
                    models.UniqueConstraint(
                        fields=("author", "form_key"), name="norms_norm_form_once"
                    ),
                    models.UniqueConstraint(fields=("id", "municipality"), name="norms_norm_place"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("summary", ""), _negated=True),
                        ),
                        name="norms_norm_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at", None),
                            models.Q(
                                ("answers_at__isnull", False),
                                ("closes_at__isnull", False),
                                ("explained_at__isnull", False),
                                ("final_at__isnull", False),
                                ("opens_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="norms_norm_published_has_its_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answers_at__lte", models.F("final_at")),
                            ("closes_at__lte", models.F("answers_at")),
                            ("explained_at__lte", models.F("opens_at")),
                            ("opens_at__lt", models.F("closes_at")),
                        ),
                        name="norms_norm_phases_follow_each_other",
                        violation_error_message="Each phase begins when the one before has ended.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at", None), ("state", "draft")),
                            models.Q(
                                ("published_at__isnull", False),
                                ("state__in", ["published", "withdrawn"]),
                            ),
                            _connector="OR",
                        ),
                        name="norms_norm_state_and_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            models.Q(("withdrawn_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="norms_norm_withdrawn_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("result__in", ["", "passed", "changed", "rejected", "shelved"])
                        ),
                        name="norms_norm_result_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("resulted_at", None),
                            models.Q(
                                models.Q(("result", ""), _negated=True),
                                models.Q(("result_text", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="norms_norm_result_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Version",
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
                    "norm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="norms.norm",
                        verbose_name="draft norm",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="version")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("docx", "Word document (.docx)"),
                            ("markdown", "Markdown"),
                            ("pasted", "Pasted text"),
                            ("copied", "Copy of the version before"),
                        ],
                        default="pasted",
                        max_length=8,
                        verbose_name="where the text came from",
                    ),
                ),
                (
                    "what_changed",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="what changed, in plain words"
                    ),
                ),
                ("is_final", models.BooleanField(default=False, verbose_name="final text")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="begun"
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
                "verbose_name": "version of a draft norm",
                "verbose_name_plural": "versions of draft norms",
                "ordering": ["norm", "number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source__in", ["docx", "markdown", "pasted", "copied"])
                        ),
                        name="norms_version_source_is_known",
                    ),
                    models.UniqueConstraint(fields=("norm", "number"), name="norms_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("published_at", None)),
                        fields=("norm",),
                        name="norms_version_one_in_preparation",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_final", True), ("published_at__isnull", False)),
                        fields=("norm",),
                        name="norms_version_one_final",
                    ),
                    models.UniqueConstraint(
                        fields=("id", "municipality"), name="norms_version_place"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Article",
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
                    "norm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to="norms.norm",
                        verbose_name="draft norm",
                    ),
                ),
                (
                    "thread",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="article",
                        to="participation.thread",
                        verbose_name="conversation",
                    ),
                ),
                ("slug", models.SlugField(max_length=60, verbose_name="address")),
            ],
            options={
                "verbose_name": "provision of a draft norm",
                "verbose_name_plural": "provisions of draft norms",
                "ordering": ["norm", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("norm", "slug"), name="norms_article_once"),
                    models.UniqueConstraint(
                        fields=("id", "municipality"), name="norms_article_place"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Part",
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
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="norms.version",
                        verbose_name="version",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="norms.article",
                        verbose_name="provision",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("title", "Title"),
                            ("chapter", "Chapter"),
                            ("section", "Section"),
                            ("preamble", "Recitals"),
                            ("article", "Article"),
                            ("disposition", "Closing provision"),
                            ("annex", "Annex"),
                        ],
                        max_length=11,
                        verbose_name="kind",
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        help_text="As in «Artículo 5».",
                        max_length=80,
                        verbose_name="number",
                    ),
                ),
                ("heading", models.CharField(blank=True, max_length=300, verbose_name="heading")),
                ("text", models.TextField(blank=True, max_length=100000, verbose_name="text")),
            ],
            options={
                "verbose_name": "part of a version",
                "verbose_name_plural": "parts of versions",
                "ordering": ["version", "position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "title",
                                    "chapter",
                                    "section",
                                    "preamble",
                                    "article",
                                    "disposition",
                                    "annex",
                                ],
                            )
                        ),
                        name="norms_part_kind_is_known",
                    ),
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("version", "position"),
                        name="norms_part_position_once",
                    ),
                    models.UniqueConstraint(
                        fields=("version", "article"), name="norms_part_article_once"
                    ),
                    models.UniqueConstraint(fields=("id", "municipality"), name="norms_part_place"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["title", "chapter", "section"]), _negated=True),
                            models.Q(("article", None), ("text", "")),
                            _connector="OR",
                        ),
                        name="norms_part_headings_have_no_text",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Annotation",
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
                    "norm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annotations",
                        to="norms.norm",
                        verbose_name="draft norm",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annotations",
                        to="norms.article",
                        verbose_name="provision",
                    ),
                ),
                (
                    "thread",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annotation",
                        to="participation.thread",
                        verbose_name="conversation",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="norms.version",
                        verbose_name="version it was made in",
                    ),
                ),
                ("quote", models.TextField(max_length=100000, verbose_name="words marked")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="first marked by",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="marked"
                    ),
                ),
            ],
            options={
                "verbose_name": "annotation",
                "verbose_name_plural": "annotations",
                "ordering": ["norm", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "municipality"), name="norms_annotation_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quote", ""), _negated=True),
                        name="norms_annotation_marks_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Anchor",
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
                    "annotation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="anchors",
                        to="norms.annotation",
                        verbose_name="annotation",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="anchors",
                        to="norms.version",
                        verbose_name="version",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="anchors",
                        to="norms.part",
                        verbose_name="part",
                    ),
                ),
                (
                    "start",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="first character"
                    ),
                ),
                (
                    "stop",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="character after the last"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("kept", "The words are still there"),
                            ("moved", "The words are now in another place"),
                            ("lost", "The words are no longer in the text"),
                        ],
                        default="kept",
                        max_length=5,
                        verbose_name="state",
                    ),
                ),
            ],
            options={
                "verbose_name": "place of an annotation",
                "verbose_name_plural": "places of annotations",
                "ordering": ["version", "part", "start"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["kept", "moved", "lost"])),
                        name="norms_anchor_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("part__isnull", True),
                                ("start__isnull", True),
                                ("stop__isnull", True),
                            ),
                            models.Q(
                                ("part__isnull", False),
                                ("start__isnull", False),
                                ("stop__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="norms_anchor_part_and_start_and_stop",
                    ),
                    models.UniqueConstraint(
                        fields=("annotation", "version"), name="norms_anchor_once"
                    ),
                    models.UniqueConstraint(
                        fields=("part", "start", "stop"), name="norms_anchor_shared"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("part", None), ("state", "lost")),
                            models.Q(
                                models.Q(("state", "lost"), _negated=True), ("part__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="norms_anchor_lost_is_nowhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("part", None), ("start__lt", models.F("stop")), _connector="OR"
                        ),
                        name="norms_anchor_holds_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wording",
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
                    "norm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wordings",
                        to="norms.norm",
                        verbose_name="draft norm",
                    ),
                ),
                (
                    "annotation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wordings",
                        to="norms.annotation",
                        verbose_name="annotation",
                    ),
                ),
                (
                    "comment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wording",
                        to="participation.comment",
                        verbose_name="comment",
                    ),
                ),
                (
                    "new_text",
                    models.TextField(
                        blank=True,
                        help_text="Leave it empty to take the words out.",
                        max_length=10000,
                        verbose_name="wording proposed",
                    ),
                ),
                (
                    "musts",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="must be"),
                ),
                (
                    "shoulds",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="should be"
                    ),
                ),
                (
                    "should_nots",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="should not be"
                    ),
                ),
                (
                    "must_nots",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="must not be"
                    ),
                ),
            ],
            options={
                "verbose_name": "proposed wording",
                "verbose_name_plural": "proposed wordings",
                "ordering": ["norm", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "municipality"), name="norms_wording_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WordingStance",
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
                    "wording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stances",
                        to="norms.wording",
                        verbose_name="wording",
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
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.resident",
                        verbose_name="resident",
                    ),
                ),
                (
                    "stance",
                    models.CharField(
                        choices=[
                            ("must", "It must be"),
                            ("should", "It should be"),
                            ("should_not", "It should not be"),
                            ("must_not", "It must not be"),
                        ],
                        max_length=10,
                        verbose_name="stance",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="when"),
                ),
            ],
            options={
                "verbose_name": "stance on a wording",
                "verbose_name_plural": "stances on wordings",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stance__in", ["must", "should", "should_not", "must_not"])
                        ),
                        name="norms_wordingstance_stance_is_known",
                    ),
                    models.UniqueConstraint(
                        fields=("wording", "resident"), name="norms_wordingstance_once_each"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficeAnswer",
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
                    "norm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="norms.norm",
                        verbose_name="draft norm",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("taken", "Taken up"),
                            ("partly", "Taken up in part"),
                            ("no", "Not taken up"),
                        ],
                        max_length=6,
                        verbose_name="what is done with it",
                    ),
                ),
                ("text", models.TextField(max_length=4000, verbose_name="reasons")),
                ("office", models.CharField(blank=True, max_length=120, verbose_name="office")),
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
                (
                    "corrected_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="corrected"
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to contributions",
                "verbose_name_plural": "answers to contributions",
                "ordering": ["norm", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["taken", "partly", "no"])),
                        name="norms_officeanswer_verdict_is_known",
                    ),
                    models.UniqueConstraint(
                        fields=("id", "municipality"), name="norms_officeanswer_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="norms_officeanswer_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answered",
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
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answered",
                        to="norms.officeanswer",
                        verbose_name="answer",
                    ),
                ),
                (
                    "comment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answered",
                        to="participation.comment",
                        verbose_name="contribution",
                    ),
                ),
            ],
            options={
                "verbose_name": "answered contribution",
                "verbose_name_plural": "answered contributions",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Cause",
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
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="causes",
                        to="norms.version",
                        verbose_name="version",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="causes",
                        to="norms.article",
                        verbose_name="provision",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="norm_causes",
                        to="participation.comment",
                        verbose_name="contribution",
                    ),
                ),
            ],
            options={
                "verbose_name": "cause of a change",
                "verbose_name_plural": "causes of changes",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "article", "comment"), name="norms_cause_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Initiative",
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
                        related_name="initiatives",
                        to="municipalities.municipality",
                        verbose_name="municipality",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("text", models.TextField(max_length=10000, verbose_name="what it asks for")),
                ("promoter", models.CharField(max_length=160, verbose_name="who promotes it")),
                (
                    "contact",
                    models.CharField(blank=True, max_length=200, verbose_name="how to reach them"),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to="participation.thread",
                        verbose_name="proposal it came from",
                    ),
                ),
                (
                    "norm",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to="norms.norm",
                        verbose_name="draft norm it became",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("gathering", "Gathering signatures on paper"),
                            ("presented", "Presented"),
                            ("verified", "Signatures verified: the council has to decide"),
                            ("decided", "The council decided"),
                            ("lapsed", "It ended without reaching the council"),
                        ],
                        default="gathering",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("electors", models.PositiveIntegerField(verbose_name="electors")),
                (
                    "electors_source",
                    models.CharField(max_length=160, verbose_name="roll they were counted on"),
                ),
                (
                    "share",
                    models.DecimalField(
                        decimal_places=2,
                        default=1,
                        max_digits=5,
                        verbose_name="share the law asks for, in percent",
                    ),
                ),
                ("needed", models.PositiveIntegerField(verbose_name="signatures needed")),
                (
                    "collected",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="signatures the promoters say they have"
                    ),
                ),
                (
                    "valid",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="signatures found valid"
                    ),
                ),
                (
                    "began_on",
                    models.DateField(
                        default=django.utils.timezone.localdate, verbose_name="begun on"
                    ),
                ),
                (
                    "presented_on",
                    models.DateField(blank=True, null=True, verbose_name="presented on"),
                ),
                (
                    "complete_by",
                    models.DateField(blank=True, null=True, verbose_name="to be completed by"),
                ),
                (
                    "verified_on",
                    models.DateField(blank=True, null=True, verbose_name="verified on"),
                ),
                (
                    "decide_by",
                    models.DateField(blank=True, null=True, verbose_name="the council decides by"),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                (
                    "decision",
                    models.TextField(blank=True, max_length=4000, verbose_name="what was decided"),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="published"
                    ),
                ),
            ],
            options={
                "verbose_name": "citizens' initiative",
                "verbose_name_plural": "citizens' initiatives",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["gathering", "presented", "verified", "decided", "lapsed"],
                            )
                        ),
                        name="norms_initiative_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("electors__gt", 0),
                            ("needed__gt", 0),
                            ("share__gt", 0),
                            ("share__lte", 100),
                        ),
                        name="norms_initiative_needs_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "decided"), _negated=True),
                            models.Q(
                                models.Q(("decision", ""), _negated=True),
                                ("decided_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="norms_initiative_decided_says_what",
                    ),
                ],
            },
        ),
    ]

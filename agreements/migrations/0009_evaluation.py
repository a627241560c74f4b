"""Quality, learning, recognition, and what others say."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import municipalities.models
from municipalities.rls import AppendOnly, Function, Guard, ProtectShared


PUBLISHED = "published_at IS NOT NULL"
# A self-evaluation that is published stays as it was published.
SELF_ANSWER = """
CREATE FUNCTION agreements_guard_selfanswer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR (NEW.reply, NEW.text, NEW.question, NEW.year, NEW.published_at)
        IS DISTINCT FROM (OLD.reply, OLD.text, OLD.question, OLD.year, OLD.published_at)
    THEN
        RAISE EXCEPTION 'a published self-evaluation does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0008_observatory"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EndForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "explanation",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="why it is that far"
                    ),
                ),
                ("lessons", models.TextField(blank=True, max_length=4000, verbose_name="lessons")),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="published"
                    ),
                ),
            ],
            options={
                "verbose_name": "end-of-commitment form",
                "verbose_name_plural": "end-of-commitment forms",
                "ordering": ["commitment"],
            },
        ),
        migrations.CreateModel(
            name="EndValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "value",
                    models.CharField(
                        choices=[
                            ("information", "Access to information"),
                            ("participation", "Civic participation"),
                            ("accountability", "Public accountability"),
                            ("technology", "Technology and innovation"),
                        ],
                        max_length=14,
                        verbose_name="value",
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("worsened", "Worsened"),
                            ("unchanged", "Did not change"),
                            ("marginal", "Marginal"),
                            ("major", "Major"),
                            ("outstanding", "Outstanding"),
                        ],
                        max_length=11,
                        verbose_name="did it open government?",
                    ),
                ),
                (
                    "narrative",
                    models.TextField(blank=True, max_length=2000, verbose_name="what it rests on"),
                ),
            ],
            options={
                "verbose_name": "value of open government",
                "verbose_name_plural": "values of open government",
                "ordering": ["form", "pk"],
            },
        ),
        migrations.CreateModel(
            name="OversightReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("summary", models.TextField(max_length=4000, verbose_name="summary")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="address")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=200,
                        storage=municipalities.models.private_storage,
                        upload_to="oversight/",
                        verbose_name="file",
                    ),
                ),
                (
                    "sha256",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="SHA-256"
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="published"
                    ),
                ),
            ],
            options={
                "verbose_name": "report of an organisation",
                "verbose_name_plural": "reports of organisations",
                "ordering": ["-published_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="citizencheck",
            name="hidden_why",
            field=models.CharField(blank=True, max_length=300, verbose_name="why it was hidden"),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="core_total",
            field=models.PositiveSmallIntegerField(
                editable=False, null=True, verbose_name="core components"
            ),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="core_verified",
            field=models.PositiveSmallIntegerField(
                editable=False, null=True, verbose_name="core components seen working"
            ),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="reach",
            field=models.JSONField(
                default=list, editable=False, verbose_name="people reached, by gender and area"
            ),
        ),
        migrations.AddField(
            model_name="learning",
            name="answers_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="agreements.learning",
                verbose_name="challenge that it answers",
            ),
        ),
        migrations.AddField(
            model_name="learning",
            name="for_students",
            field=models.BooleanField(default=False, verbose_name="open to students"),
        ),
        migrations.AddField(
            model_name="learning",
            name="organization",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="learnings",
                to="agreements.organization",
                verbose_name="organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="citizencheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hidden_at", None),
                    models.Q(("hidden_why", ""), _negated=True),
                    _connector="OR",
                ),
                name="agreements_citizencheck_hidden_says_why",
                violation_error_message="Say why it is hidden.",
            ),
        ),
        migrations.AddField(
            model_name="endform",
            name="commitment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="end_form",
                to="agreements.commitment",
                verbose_name="commitment",
            ),
        ),
        migrations.AddField(
            model_name="endform",
            name="evidence",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                to="agreements.evidence",
                verbose_name="files to attach",
            ),
        ),
        migrations.AddField(
            model_name="endform",
            name="written_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="endvalue",
            name="evidence",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agreements.evidence",
                verbose_name="evidence",
            ),
        ),
        migrations.AddField(
            model_name="endvalue",
            name="form",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="values",
                to="agreements.endform",
                verbose_name="end-of-commitment form",
            ),
        ),
        migrations.AddField(
            model_name="oversightreport",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="oversightreport",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="agreements.organization",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="learning",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.CombinedSearchVector(
                    django.contrib.postgres.search.SearchVector("title", config="es", weight="A"),
                    "||",
                    django.contrib.postgres.search.SearchVector(
                        "context", "tried", "result", "decision", config="es", weight="C"
                    ),
                    django.contrib.postgres.search.SearchConfig("es"),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddConstraint(
            model_name="endvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("value__in", ["information", "participation", "accountability", "technology"])
                ),
                name="agreements_endvalue_value_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="endvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "result__in",
                        ["", "worsened", "unchanged", "marginal", "major", "outstanding"],
                    )
                ),
                name="agreements_endvalue_result_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="endvalue",
            constraint=models.UniqueConstraint(
                fields=("form", "value"), name="agreements_endvalue_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="endvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result__in", ["major", "outstanding"]), _negated=True),
                    models.Q(
                        models.Q(("narrative", ""), _negated=True), ("evidence__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="agreements_endvalue_more_than_marginal_is_shown",
                violation_error_message="More than marginal needs what it rests on and a piece of evidence.",
            ),
        ),
        migrations.AddIndex(
            model_name="learning",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search"], name="agreements_learning_search"
            ),
        ),
        migrations.AlterField(
            model_name="citizencheck",
            name="item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checks",
                to="agreements.workitem",
                verbose_name="step",
            ),
        ),
        migrations.AlterField(
            model_name="citizencheck",
            name="transfer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checks",
                to="agreements.transfer",
                verbose_name="transfer",
            ),
        ),
        migrations.AlterField(
            model_name="observation",
            name="agreement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="observations",
                to="agreements.agreement",
                verbose_name="convenio",
            ),
        ),
        migrations.AlterField(
            model_name="observation",
            name="item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="observations",
                to="agreements.workitem",
                verbose_name="step",
            ),
        ),
        migrations.AlterField(
            model_name="observation",
            name="replies_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replies",
                to="agreements.observation",
                verbose_name="reply to",
            ),
        ),
        migrations.AlterField(
            model_name="observation",
            name="transfer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="observations",
                to="agreements.transfer",
                verbose_name="transfer",
            ),
        ),
        ProtectShared("agreements_endform", public=PUBLISHED),
        ProtectShared(
            "agreements_endvalue",
            public=f"form_id IN (SELECT id FROM agreements_endform WHERE {PUBLISHED})",
        ),
        ProtectShared("agreements_oversightreport", public=PUBLISHED),
        AppendOnly("agreements_oversightreport"),
        AppendOnly("agreements_certificate"),
        Function("agreements_guard_selfanswer()", SELF_ANSWER),
        Guard("agreements_selfanswer", "agreements_guard_selfanswer()"),
        *(
            Guard(
                f"agreements_{name}",
                "agreements_trace()",
                on="INSERT OR UPDATE OR DELETE",
                when="AFTER",
                name="leave_a_trace",
            )
            for name in ["endform", "endvalue", "oversightreport"]
        ),
    ]

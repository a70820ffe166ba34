import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0004_scheme_notice_and_weight"),
        ("organisations", "0009_organisation_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportedValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_previous", models.BooleanField(default=False, verbose_name="上年")),
                ("value", models.JSONField(verbose_name="数据")),
                ("basis", models.CharField(blank=True, max_length=100, verbose_name="出处")),
                (
                    "entered_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="录入时间"
                    ),
                ),
            ],
            options={
                "verbose_name": "导入数据",
                "verbose_name_plural": "导入数据",
                "ordering": ["pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="indicator",
            name="indicator_leaf_has_source",
        ),
        migrations.AlterField(
            model_name="indicator",
            name="source",
            field=models.CharField(
                blank=True,
                choices=[("metric", "系统计算"), ("manual", "人工评分"), ("imported", "导入")],
                max_length=10,
                verbose_name="数据来源",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rule_kind", ""), ("source", "")),
                    ("rule_kind", "constant"),
                    models.Q(
                        models.Q(("rule_kind", ""), _negated=True),
                        ("source__in", ["manual", "imported"]),
                    ),
                    models.Q(
                        models.Q(("rule_kind", ""), _negated=True),
                        ("source", "metric"),
                        models.Q(("metric", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="indicator_leaf_has_source",
            ),
        ),
        migrations.AddField(
            model_name="importedvalue",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imported_values",
                to=settings.AUTH_USER_MODEL,
                verbose_name="录入人",
            ),
        ),
        migrations.AddField(
            model_name="importedvalue",
            name="indicator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imported_values",
                to="assessment.indicator",
                verbose_name="指标",
            ),
        ),
        migrations.AddField(
            model_name="importedvalue",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imported_values",
                to="organisations.organisation",
                verbose_name="单位",
            ),
        ),
        migrations.AddConstraint(
            model_name="importedvalue",
            constraint=models.UniqueConstraint(
                fields=("indicator", "organisation", "is_previous"), name="imported_value_once"
            ),
        ),
    ]

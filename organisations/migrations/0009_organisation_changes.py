import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0008_names_on_a_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("before", "变更前"), ("after", "变更后")],
                        max_length=6,
                        verbose_name="前后",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="当时名称")),
                ("is_main", models.BooleanField(default=False, verbose_name="承接")),
            ],
            options={
                "verbose_name": "变更单位",
                "verbose_name_plural": "变更单位",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="OrganisationChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("renamed", "更名"),
                            ("merged", "合并"),
                            ("split", "拆分"),
                            ("closed", "撤销"),
                        ],
                        max_length=10,
                        verbose_name="变更",
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="生效日期")),
                ("document_number", models.CharField(max_length=60, verbose_name="依据文号")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                (
                    "history",
                    models.CharField(
                        choices=[
                            ("follows", "随承接单位：当年的活动和成绩计入承接单位"),
                            ("stays", "留在原单位：当年的活动和成绩仍算原单位的"),
                        ],
                        default="follows",
                        max_length=10,
                        verbose_name="历史归属",
                    ),
                ),
                ("passed", models.JSONField(blank=True, default=dict, verbose_name="移交")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="登记时间"
                    ),
                ),
            ],
            options={
                "verbose_name": "单位变更",
                "verbose_name_plural": "单位变更",
                "ordering": ["-effective_on", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="organisation",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="predecessors",
                to="organisations.organisation",
                verbose_name="承接单位",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("successor__isnull", True),
                    models.Q(
                        ("valid_until__isnull", False),
                        models.Q(("successor", models.F("id")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="organisation_succeeded_has_ended",
            ),
        ),
        migrations.AlterConstraint(
            model_name="organisation",
            name="organisation_unique_while_valid",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_until__isnull", True)),
                fields=("name", "region", "kind"),
                name="organisation_unique_while_valid",
                violation_error_message="同一区划下已有同名同类单位，请核对；更名请在原单位的“变更”里办理。",
            ),
        ),
        migrations.AddField(
            model_name="changepart",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="change_parts",
                to="organisations.organisation",
                verbose_name="单位",
            ),
        ),
        migrations.AddField(
            model_name="organisationchange",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recorded_changes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="changepart",
            name="change",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="organisations.organisationchange",
                verbose_name="单位变更",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("document_number", ""), _negated=True),
                name="change_has_document",
            ),
        ),
        migrations.AddConstraint(
            model_name="changepart",
            constraint=models.UniqueConstraint(
                fields=("change", "organisation", "side"), name="change_part_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="changepart",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_main", True)),
                fields=("change",),
                name="change_one_main_successor",
            ),
        ),
        migrations.AddConstraint(
            model_name="changepart",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_main", False), ("side", "after"), _connector="OR"),
                name="change_main_stands_after",
            ),
        ),
    ]

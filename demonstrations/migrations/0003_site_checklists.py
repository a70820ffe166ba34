import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("demonstrations", "0002_title_life"),
        ("organisations", "0002_trade_systems_and_tags"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="standardsite",
            name="registered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="registered_sites",
                to=settings.AUTH_USER_MODEL,
                verbose_name="录入人",
            ),
        ),
        migrations.AddField(
            model_name="standardsite",
            name="updated_at",
            field=models.DateTimeField(auto_now=True, verbose_name="更新时间"),
        ),
        migrations.CreateModel(
            name="SiteChecklist",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="版次")),
                ("is_current", models.BooleanField(default=True, verbose_name="现行")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="制定时间"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制定人",
                    ),
                ),
                (
                    "trade_system",
                    models.ForeignKey(
                        blank=True,
                        help_text="不选为通用：没有自己清单的系统用它。",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="site_checklists",
                        to="organisations.tradesystem",
                        verbose_name="行业系统",
                    ),
                ),
            ],
            options={
                "verbose_name": "验收清单",
                "verbose_name_plural": "验收清单",
                "ordering": ["trade_system__order", "-version"],
            },
        ),
        migrations.CreateModel(
            name="SiteCheckItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=100, verbose_name="内容")),
                ("is_required", models.BooleanField(default=True, verbose_name="必达")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                (
                    "checklist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="demonstrations.sitechecklist",
                        verbose_name="验收清单",
                    ),
                ),
            ],
            options={
                "verbose_name": "验收项目",
                "verbose_name_plural": "验收项目",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SiteAcceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[("passed", "通过"), ("mend", "需整改")],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("checked_on", models.DateField(verbose_name="验收日期")),
                ("remark", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("mend_due_on", models.DateField(blank=True, null=True, verbose_name="整改期限")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="登记时间"
                    ),
                ),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="撤回日期")),
                (
                    "withdraw_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="撤回原因"),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded_site_acceptances",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="验收人",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acceptances",
                        to="demonstrations.standardsite",
                        verbose_name="示范点",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawn_site_acceptances",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤回人",
                    ),
                ),
                (
                    "met_items",
                    models.ManyToManyField(
                        blank=True,
                        related_name="acceptances",
                        to="demonstrations.sitecheckitem",
                        verbose_name="达到的项目",
                    ),
                ),
                (
                    "checklist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="demonstrations.sitechecklist",
                        verbose_name="验收清单",
                    ),
                ),
            ],
            options={
                "verbose_name": "验收记录",
                "verbose_name_plural": "验收记录",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="sitechecklist",
            constraint=models.UniqueConstraint(
                fields=("trade_system", "version"),
                name="site_checklist_version_once",
                violation_error_message="这个版次已有，请刷新页面再改。",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitechecklist",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)),
                fields=("trade_system",),
                name="site_checklist_one_current",
                violation_error_message="一个系统只有一份现行清单。",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitechecklist",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True), ("trade_system__isnull", True)),
                fields=("is_current",),
                name="site_checklist_one_current_for_all",
                violation_error_message="通用的现行清单只有一份。",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitecheckitem",
            constraint=models.UniqueConstraint(
                fields=("checklist", "text"),
                name="site_check_item_once",
                violation_error_message="同一份清单里有相同的项目，请核对。",
            ),
        ),
        migrations.AddConstraint(
            model_name="siteacceptance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("withdraw_reason", ""),
                        ("withdrawn_by__isnull", True),
                        ("withdrawn_on__isnull", True),
                    ),
                    models.Q(
                        ("withdrawn_by__isnull", False),
                        ("withdrawn_on__isnull", False),
                        models.Q(("withdraw_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="site_acceptance_withdrawn_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="siteacceptance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mend_due_on__isnull", True), ("result", "mend"), _connector="OR"
                ),
                name="site_acceptance_due_only_to_mend",
            ),
        ),
    ]

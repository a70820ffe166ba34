import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("demonstrations", "0001_initial"),
        ("organisations", "0002_trade_systems_and_tags"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TitleDecision",
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
                            ("name", "命名"),
                            ("renew", "续命"),
                            ("withdraw", "撤销"),
                            ("correct", "更正"),
                        ],
                        max_length=10,
                        verbose_name="事项",
                    ),
                ),
                ("authority", models.CharField(max_length=100, verbose_name="决定机关")),
                ("document_number", models.CharField(max_length=60, verbose_name="文号")),
                ("decided_on", models.DateField(verbose_name="决定日期")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "待审批"),
                            ("approved", "已审批"),
                            ("returned", "已退回"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "proposed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="提请时间"
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="审批时间"),
                ),
                (
                    "return_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="退回原因"),
                ),
            ],
            options={
                "verbose_name": "命名决定",
                "verbose_name_plural": "命名决定",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="TitleNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("national", "国家级"),
                            ("regional", "自治区级"),
                            ("city", "市级"),
                            ("county", "旗级"),
                        ],
                        max_length=10,
                        verbose_name="级别",
                    ),
                ),
                ("batch", models.CharField(max_length=30, verbose_name="批次")),
                ("starts_on", models.DateField(verbose_name="公示自")),
                ("ends_on", models.DateField(verbose_name="公示至")),
                ("working_days", models.PositiveSmallIntegerField(verbose_name="工作日")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="登记时间"
                    ),
                ),
            ],
            options={
                "verbose_name": "公示",
                "verbose_name_plural": "公示",
                "ordering": ["-starts_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="TitleObjection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("raised_on", models.DateField(verbose_name="提出日期")),
                ("text", models.CharField(max_length=300, verbose_name="异议内容")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="登记时间"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "成立"), ("dismissed", "不成立")],
                        max_length=10,
                        verbose_name="核查结论",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="答复")),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="答复日期")),
            ],
            options={
                "verbose_name": "公示异议",
                "verbose_name_plural": "公示异议",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="TitleRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("national", "国家级"),
                            ("regional", "自治区级"),
                            ("city", "市级"),
                            ("county", "旗级"),
                        ],
                        max_length=10,
                        unique=True,
                        verbose_name="级别",
                    ),
                ),
                (
                    "validity_years",
                    models.PositiveSmallIntegerField(default=5, verbose_name="有效期（年）"),
                ),
                (
                    "notice_days",
                    models.PositiveSmallIntegerField(default=5, verbose_name="公示工作日"),
                ),
                (
                    "year_quota",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="每年名额"
                    ),
                ),
                (
                    "batch_quota",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="每批名额"
                    ),
                ),
                (
                    "prerequisite",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("national", "国家级"),
                            ("regional", "自治区级"),
                            ("city", "市级"),
                            ("county", "旗级"),
                        ],
                        max_length=10,
                        verbose_name="须先有的级别",
                    ),
                ),
                (
                    "prerequisite_years",
                    models.PositiveSmallIntegerField(default=0, verbose_name="须已满年数"),
                ),
                (
                    "warn_months",
                    models.PositiveSmallIntegerField(default=6, verbose_name="到期前几个月提醒"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
            ],
            options={
                "verbose_name": "命名规则",
                "verbose_name_plural": "命名规则",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="TitleStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("cultivated", "列入培育库"),
                            ("applied", "申报"),
                            ("check_passed", "初验通过"),
                            ("check_failed", "初验未通过"),
                            ("noticed", "公示"),
                            ("stopped", "停止申报"),
                            ("named", "命名"),
                            ("corrected", "更正命名"),
                            ("reviewed", "开始复核"),
                            ("review_passed", "复核合格"),
                            ("renewed", "续命"),
                            ("rectifying", "限期整改"),
                            ("rectified", "整改合格"),
                            ("withdrawn", "撤销命名"),
                            ("dropped", "移出培育库"),
                        ],
                        max_length=20,
                        verbose_name="步骤",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("cultivating", "培育中"),
                            ("applied", "已申报"),
                            ("checked", "初验通过"),
                            ("noticed", "公示中"),
                            ("named", "已命名"),
                            ("reviewing", "复核中"),
                            ("rectifying", "整改中"),
                            ("withdrawn", "已撤销"),
                            ("dropped", "已移出"),
                        ],
                        max_length=12,
                        verbose_name="办后状态",
                    ),
                ),
                ("done_on", models.DateField(verbose_name="日期")),
                (
                    "document_number",
                    models.CharField(blank=True, max_length=60, verbose_name="文号"),
                ),
                ("place", models.CharField(blank=True, max_length=80, verbose_name="地点")),
                ("remark", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="登记时间"
                    ),
                ),
            ],
            options={
                "verbose_name": "办理步骤",
                "verbose_name_plural": "办理步骤",
                "ordering": ["-pk"],
            },
        ),
        migrations.AlterModelOptions(
            name="title",
            options={
                "ordering": [
                    models.OrderBy(models.F("named_on"), descending=True, nulls_last=True),
                    "pk",
                ],
                "verbose_name": "示范命名",
                "verbose_name_plural": "示范命名",
            },
        ),
        migrations.AddField(
            model_name="title",
            name="rectify_due_on",
            field=models.DateField(blank=True, null=True, verbose_name="整改期限"),
        ),
        migrations.AddField(
            model_name="title",
            name="updated_at",
            field=models.DateTimeField(auto_now=True, verbose_name="更新时间"),
        ),
        migrations.AlterField(
            model_name="title",
            name="authority",
            field=models.CharField(blank=True, max_length=100, verbose_name="命名机关"),
        ),
        migrations.AlterField(
            model_name="title",
            name="document_number",
            field=models.CharField(blank=True, max_length=60, verbose_name="命名文号"),
        ),
        migrations.AlterField(
            model_name="title",
            name="named_on",
            field=models.DateField(blank=True, null=True, verbose_name="命名日期"),
        ),
        migrations.AlterField(
            model_name="title",
            name="status",
            field=models.CharField(
                choices=[
                    ("cultivating", "培育中"),
                    ("applied", "已申报"),
                    ("checked", "初验通过"),
                    ("noticed", "公示中"),
                    ("named", "已命名"),
                    ("reviewing", "复核中"),
                    ("rectifying", "整改中"),
                    ("withdrawn", "已撤销"),
                    ("dropped", "已移出"),
                ],
                default="named",
                max_length=12,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="title",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("status__in", ("cultivating", "applied", "checked", "noticed"))
                ),
                fields=("organisation", "level", "type"),
                name="title_underway_once",
                violation_error_message="该单位同级同类的示范正在培育或申报，请在原来那条上办理。",
            ),
        ),
        migrations.AddConstraint(
            model_name="title",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status__in", ("named", "reviewing", "rectifying", "withdrawn")),
                        _negated=True,
                    ),
                    models.Q(
                        ("named_on__isnull", False),
                        models.Q(("authority", ""), _negated=True),
                        models.Q(("document_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="title_given_by_a_document",
                violation_error_message="已命名的须有命名机关、文号和日期。",
            ),
        ),
        migrations.AddField(
            model_name="titledecision",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answered_title_decisions",
                to=settings.AUTH_USER_MODEL,
                verbose_name="审批人",
            ),
        ),
        migrations.AddField(
            model_name="titledecision",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposed_title_decisions",
                to=settings.AUTH_USER_MODEL,
                verbose_name="提请人",
            ),
        ),
        migrations.AddField(
            model_name="titledecision",
            name="title",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="decisions",
                to="demonstrations.title",
                verbose_name="示范命名",
            ),
        ),
        migrations.AddField(
            model_name="titlenotice",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="created_title_notices",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="titlenotice",
            name="titles",
            field=models.ManyToManyField(
                related_name="notices", to="demonstrations.title", verbose_name="示范命名"
            ),
        ),
        migrations.AddField(
            model_name="titleobjection",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answered_title_objections",
                to=settings.AUTH_USER_MODEL,
                verbose_name="答复人",
            ),
        ),
        migrations.AddField(
            model_name="titleobjection",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="objections",
                to="demonstrations.titlenotice",
                verbose_name="公示",
            ),
        ),
        migrations.AddField(
            model_name="titleobjection",
            name="raised_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="raised_title_objections",
                to="organisations.organisation",
                verbose_name="提出单位",
            ),
        ),
        migrations.AddField(
            model_name="titleobjection",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recorded_title_objections",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="titleobjection",
            name="title",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="objections",
                to="demonstrations.title",
                verbose_name="示范命名",
            ),
        ),
        migrations.AddField(
            model_name="titlerule",
            name="updated_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="修改人",
            ),
        ),
        migrations.AddField(
            model_name="titlestep",
            name="decision",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="step",
                to="demonstrations.titledecision",
                verbose_name="命名决定",
            ),
        ),
        migrations.AddField(
            model_name="titlestep",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recorded_title_steps",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="titlestep",
            name="title",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="demonstrations.title",
                verbose_name="示范命名",
            ),
        ),
        migrations.AddConstraint(
            model_name="titledecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "proposed")),
                fields=("title",),
                name="title_decision_open_once",
                violation_error_message="这个示范已有待审批的事项，请等审批后再提。",
            ),
        ),
        migrations.AddConstraint(
            model_name="titledecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                        ("status", "proposed"),
                    ),
                    models.Q(
                        models.Q(("status", "proposed"), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="title_decision_answered_by_and_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="titledecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "approved"), _negated=True),
                    models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="title_decision_approver_is_not_proposer",
            ),
        ),
        migrations.AddConstraint(
            model_name="titlenotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="title_notice_ends_after_start",
                violation_error_message="公示结束早于开始，请核对两个日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="titleobjection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""),
                        ("answered_by__isnull", True),
                        ("answered_on__isnull", True),
                        ("outcome", ""),
                    ),
                    models.Q(
                        ("answered_by__isnull", False),
                        ("answered_on__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="title_objection_answered_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="titleobjection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_on__isnull", True),
                    ("answered_on__gte", models.F("raised_on")),
                    _connector="OR",
                ),
                name="title_objection_answered_after_raised",
                violation_error_message="答复早于提出日期，请核对两个日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="titlerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("notice_days__gt", 0), ("validity_years__gt", 0), ("warn_months__gt", 0)
                ),
                name="title_rule_numbers_positive",
                violation_error_message="有效期、公示工作日和提醒月数都应大于 0。",
            ),
        ),
        migrations.AddConstraint(
            model_name="titlerule",
            constraint=models.CheckConstraint(
                condition=models.Q(("prerequisite", models.F("level")), _negated=True),
                name="title_rule_prerequisite_is_another_level",
                violation_error_message="须先有的级别不能是本级别。",
            ),
        ),
    ]

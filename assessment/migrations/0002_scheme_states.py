import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="scheme",
            name="scheme_published_by_and_at",
        ),
        migrations.RemoveConstraint(
            model_name="scheme",
            name="scheme_approved_by_and_at",
        ),
        migrations.AddField(
            model_name="scheme",
            name="finished_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="定稿时间"),
        ),
        migrations.AddField(
            model_name="scheme",
            name="finished_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="finished_schemes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="定稿人",
            ),
        ),
        migrations.AlterField(
            model_name="scheme",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "起草中"),
                    ("rehearsed", "已试算"),
                    ("published", "已发布"),
                    ("scoring", "评分中"),
                    ("balanced", "已平衡"),
                    ("approved", "已审定"),
                    ("notice", "公示中"),
                    ("final", "已定稿"),
                    ("replaced", "已由新版替代"),
                ],
                default="draft",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "rehearsed"]),
                    models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                    _connector="OR",
                ),
                name="scheme_published_by_and_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["approved", "notice", "final"]), _negated=True),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="scheme_approved_by_and_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("finished_by__isnull", True)),
                    models.Q(("finished_at__isnull", False), ("finished_by__isnull", False)),
                    _connector="OR",
                ),
                name="scheme_finished_by_and_at",
            ),
        ),
    ]

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0002_content_kinds_and_joint_tags"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="member",
            name="member_answer_has_who_and_when",
        ),
        migrations.AddField(
            model_name="member",
            name="passed_on",
            field=models.DateField(blank=True, null=True, verbose_name="移交日期"),
        ),
        migrations.AddField(
            model_name="member",
            name="taken_over_on",
            field=models.DateField(blank=True, null=True, verbose_name="承接日期"),
        ),
        migrations.AlterField(
            model_name="member",
            name="consent",
            field=models.CharField(
                choices=[
                    ("pending", "待确认"),
                    ("agreed", "同意"),
                    ("declined", "婉拒"),
                    ("passed", "已移交"),
                ],
                default="pending",
                max_length=10,
                verbose_name="意愿",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("consent", "pending"),
                        ("consent_at__isnull", True),
                        ("consent_by__isnull", True),
                    ),
                    models.Q(
                        ("consent__in", ["agreed", "declined", "passed"]),
                        ("consent_at__isnull", False),
                        ("consent_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="member_answer_has_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("consent", "passed"), ("passed_on__isnull", False)),
                    models.Q(
                        models.Q(("consent", "passed"), _negated=True), ("passed_on__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="member_passed_says_when",
            ),
        ),
    ]

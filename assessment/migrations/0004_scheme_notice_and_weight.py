from django.db import migrations, models

import assessment.models.scheme


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0003_scheme_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="scheme",
            name="annual_weight",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=5,
                null=True,
                verbose_name="年度实绩考核权重（%）",
            ),
        ),
        migrations.AddField(
            model_name="scheme",
            name="notice_days",
            field=models.PositiveSmallIntegerField(
                default=assessment.models.scheme.default_notice_days, verbose_name="公示工作日"
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(("notice_days__gte", 1)), name="scheme_notice_has_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("annual_weight__isnull", True),
                    models.Q(("annual_weight__gt", 0), ("annual_weight__lte", 100)),
                    _connector="OR",
                ),
                name="scheme_annual_weight_is_percentage",
            ),
        ),
    ]

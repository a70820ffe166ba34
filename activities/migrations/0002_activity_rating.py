from decimal import Decimal

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="difficulty",
            field=models.DecimalField(
                decimal_places=2, default=Decimal("1"), max_digits=3, verbose_name="难度系数"
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="quality",
            field=models.CharField(
                blank=True,
                choices=[
                    ("excellent", "优秀"),
                    ("good", "良好"),
                    ("fair", "一般"),
                    ("poor", "较差"),
                ],
                max_length=10,
                verbose_name="质量等次",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "accepted"),
                    models.Q(("difficulty", 1), ("quality", "")),
                    _connector="OR",
                ),
                name="activity_rated_when_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(("difficulty__gte", Decimal("0.5")), ("difficulty__lte", 2)),
                name="activity_difficulty_within_bounds",
            ),
        ),
    ]

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_refuse_audit_changes")]

    operations = [
        migrations.CreateModel(
            name="DemoYear",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(unique=True, verbose_name="演示年度")),
                (
                    "seeded_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="生成时间"
                    ),
                ),
            ],
            options={
                "verbose_name": "演示年度",
                "verbose_name_plural": "演示年度",
                "ordering": ["-year"],
            },
        ),
    ]

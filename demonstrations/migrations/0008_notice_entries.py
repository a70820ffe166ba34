import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("demonstrations", "0007_steps_of_holders")]

    operations = [
        migrations.CreateModel(
            name="NoticeEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="公示时全称")),
                ("label", models.CharField(max_length=100, verbose_name="公示时单位")),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="demonstrations.titlenotice",
                        verbose_name="公示",
                    ),
                ),
                (
                    "title",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_entries",
                        to="demonstrations.title",
                        verbose_name="示范命名",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示名单",
                "verbose_name_plural": "公示名单",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "title"), name="notice_entry_once")
                ],
            },
        ),
    ]

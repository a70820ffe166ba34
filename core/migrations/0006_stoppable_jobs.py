from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_columns_and_saved_filters"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="is_stoppable",
            field=models.BooleanField(default=False, verbose_name="可以停止"),
        ),
        migrations.AlterField(
            model_name="job",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "排队中"),
                    ("running", "进行中"),
                    ("done", "已完成"),
                    ("failed", "未完成"),
                    ("stopped", "已停止"),
                ],
                db_index=True,
                default="waiting",
                max_length=10,
                verbose_name="状态",
            ),
        ),
    ]

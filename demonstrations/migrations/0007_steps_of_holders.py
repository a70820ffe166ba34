import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("demonstrations", "0006_general_checklist"),
        ("organisations", "0009_organisation_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="titlestep",
            name="former_holder",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passed_title_steps",
                to="organisations.organisation",
                verbose_name="原单位",
            ),
        ),
        migrations.AlterField(
            model_name="titlestep",
            name="deed",
            field=models.CharField(
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
                    ("passed_on", "承接"),
                    ("lapsed", "到期"),
                ],
                max_length=20,
                verbose_name="步骤",
            ),
        ),
    ]

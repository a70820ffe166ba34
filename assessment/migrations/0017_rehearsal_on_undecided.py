from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessment", "0016_fill_scoring_hands")]

    operations = [
        migrations.AddField(
            model_name="rehearsal",
            name="is_on_undecided",
            field=models.BooleanField(default=False, verbose_name="上年结果还没有审定"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    """The list takes the place of the bare table between notices and titles."""

    dependencies = [("demonstrations", "0009_entries_of_notices")]

    operations = [
        migrations.RemoveField(model_name="titlenotice", name="titles"),
        migrations.AddField(
            model_name="titlenotice",
            name="titles",
            field=models.ManyToManyField(
                related_name="notices",
                through="demonstrations.NoticeEntry",
                to="demonstrations.title",
                verbose_name="示范命名",
            ),
        ),
    ]

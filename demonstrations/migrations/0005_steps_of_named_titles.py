"""Titles that are there already get the step by which they were named."""

from django.db import migrations


def add_steps(apps, schema_editor):
    title_model = apps.get_model("demonstrations", "Title")
    step_model = apps.get_model("demonstrations", "TitleStep")
    step_model.objects.bulk_create(
        step_model(
            title=title,
            deed="named",
            status="named",
            done_on=title.named_on,
            document_number=title.document_number,
        )
        for title in title_model.objects.filter(named_on__isnull=False, steps__isnull=True)
    )


def forget_what_came_later(apps, schema_editor):
    """The former table holds named titles only: what was on its way cannot stay in it."""
    title_model = apps.get_model("demonstrations", "Title")
    title_model.objects.filter(status="reviewing").update(status="named")
    title_model.objects.exclude(status__in=["named", "rectifying", "withdrawn"]).delete()


class Migration(migrations.Migration):
    dependencies = [("demonstrations", "0004_title_rules")]

    operations = [migrations.RunPython(add_steps, forget_what_came_later)]

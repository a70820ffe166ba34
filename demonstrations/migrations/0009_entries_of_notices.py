"""Notices that are there already get their lists, under the names in force on their first day."""

from django.db import migrations


def add_entries(apps, schema_editor):
    notice_model = apps.get_model("demonstrations", "TitleNotice")
    entry_model = apps.get_model("demonstrations", "NoticeEntry")
    for notice in notice_model.objects.order_by("pk"):
        titles = notice.titles.select_related("organisation__region__parent")
        entry_model.objects.bulk_create(
            entry_model(notice=notice, title=title, **_names(title.organisation, notice.starts_on))
            for title in titles.order_by("organisation__region__code", "pk")
        )


def _names(unit, day):
    name, short = unit.name, unit.short_name
    former = unit.names.filter(kind="former", valid_until__gte=day)
    for held in former.order_by("valid_until"):
        if held.valid_from is None or held.valid_from <= day:
            name, short = held.name, held.short_name or held.name
            break
    place = _place(unit)
    return {"name": name, "label": f"{place}·{short}" if place else short}


def _place(unit):
    """As Organisation.place had it when the lists began."""
    region = unit.region
    if unit.kind in ("village", "community"):
        below = region.level == "village" and region.parent is not None
        return (region.parent if below else region).short_name
    if unit.kind == "outside_region":
        return region.parent.short_name if region.parent is not None else ""
    return region.short_name if unit.is_external else ""


def give_titles_back(apps, schema_editor):
    notice_model = apps.get_model("demonstrations", "TitleNotice")
    for notice in notice_model.objects.prefetch_related("entries"):
        notice.titles.set([entry.title_id for entry in notice.entries.all()])


class Migration(migrations.Migration):
    dependencies = [("demonstrations", "0008_notice_entries")]

    operations = [migrations.RunPython(add_entries, give_titles_back)]

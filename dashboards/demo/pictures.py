"""A few pictures for the reports: a plain colour with the word 演示 on it."""

import hashlib
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from PIL import Image

from activities.models import Activity, Attachment
from dashboards.demo.reports import Report
from dashboards.demo.stage import Stage

# The word drawn once: the machine that makes the pictures need not have a Chinese font.
MARK = Path(__file__).parent / "data" / "mark.png"
SIZE = (960, 640)
COLOURS = ("#2f6f73", "#7a4f2b", "#37517e", "#6b6f2a")


def add_pictures(stage: Stage, reports: list[Report]) -> None:
    """To the newest reports of the two townships that visitors look at; files are written."""
    units = {stage.units[name].pk for name in ("大沁他拉镇", "八仙筒镇")}
    theirs = [
        report.activity
        for report in reports
        if report.activity.status == Activity.Status.ACCEPTED
        and {unit.pk for unit in report.units} & units
    ]
    for colour, activity in zip(COLOURS, reversed(theirs), strict=False):
        _attach(activity, _picture(colour), colour)


def _picture(colour: str) -> bytes:
    picture = Image.new("RGB", SIZE, colour)
    with Image.open(MARK) as mark:
        place = tuple((whole - part) // 2 for whole, part in zip(SIZE, mark.size, strict=True))
        picture.paste("white", (*place, place[0] + mark.width, place[1] + mark.height), mark)
    stream = BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _attach(activity: Activity, content: bytes, colour: str) -> None:
    Attachment.objects.create(
        activity=activity,
        name=f"现场照片{colour[1:]}.png",
        file=ContentFile(content, name=f"demo{colour[1:]}.png"),
        content_type="image/png",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=activity.saved_at,
        uploaded_by=activity.created_by,
    )

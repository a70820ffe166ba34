"""Activities, who took part, what is attached, reports that may be one and the same; and what
the office makes of them: cases, news, and what it asks of units.
"""

from activities.models.activity import Activity
from activities.models.attachment import Attachment
from activities.models.doubles import Double, likely_doubles
from activities.models.news import NewsItem, NewsUnit
from activities.models.participation import Participation
from activities.models.showcase import ShowcaseCase, ShowcaseKind, ShowcaseUnit
from activities.models.window import CollectionWindow, WindowAnswer

__all__ = [
    "Activity",
    "Attachment",
    "CollectionWindow",
    "Double",
    "NewsItem",
    "NewsUnit",
    "Participation",
    "ShowcaseCase",
    "ShowcaseKind",
    "ShowcaseUnit",
    "WindowAnswer",
    "likely_doubles",
]

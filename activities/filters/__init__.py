"""How the lists of activities, cases, news and windows are narrowed and sorted."""

from activities.filters.activity import ACTIVITY_LIST, ANY, WAITING, ActivityFilter
from activities.filters.records import AnswerFilter, CaseFilter, NewsFilter, WindowFilter

__all__ = [
    "ACTIVITY_LIST",
    "ANY",
    "WAITING",
    "ActivityFilter",
    "AnswerFilter",
    "CaseFilter",
    "NewsFilter",
    "WindowFilter",
]

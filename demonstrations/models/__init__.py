"""Demonstration titles with their history, and the standard sites of trade systems."""

from demonstrations.models.history import TitleDecision, TitleStep
from demonstrations.models.notice import NoticeEntry, TitleNotice, TitleObjection
from demonstrations.models.rule import TitleRule
from demonstrations.models.site import (
    Acceptance,
    SiteAcceptance,
    SiteCheckItem,
    SiteChecklist,
    StandardSite,
)
from demonstrations.models.title import Duty, Standing, Title

__all__ = [
    "Acceptance",
    "Duty",
    "NoticeEntry",
    "SiteAcceptance",
    "SiteCheckItem",
    "SiteChecklist",
    "StandardSite",
    "Standing",
    "Title",
    "TitleDecision",
    "TitleNotice",
    "TitleObjection",
    "TitleRule",
    "TitleStep",
]

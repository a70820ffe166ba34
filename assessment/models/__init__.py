"""Schemes, groups, marks, values, vetoes, and the results of scoring."""

from assessment.models.balance import GroupBalance, MarkReturn
from assessment.models.correction import Correction
from assessment.models.entry import (
    ImportedValue,
    ManualMark,
    MarkDraft,
    MarkReminder,
    ScoringHand,
    Veto,
)
from assessment.models.indicator import Indicator
from assessment.models.notice import ResultNotice
from assessment.models.objection import ObjectionFile, ScoreObjection
from assessment.models.rehearsal import Rehearsal
from assessment.models.result import Run, Score, ScoreLine
from assessment.models.scheme import AssessmentGroup, GroupMember, Scheme

__all__ = [
    "AssessmentGroup",
    "Correction",
    "GroupBalance",
    "GroupMember",
    "ImportedValue",
    "Indicator",
    "ManualMark",
    "MarkReturn",
    "ObjectionFile",
    "ResultNotice",
    "MarkDraft",
    "MarkReminder",
    "Rehearsal",
    "Run",
    "Scheme",
    "Score",
    "ScoreLine",
    "ScoreObjection",
    "ScoringHand",
    "Veto",
]

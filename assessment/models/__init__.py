"""Schemes, groups, marks, vetoes, and the results of scoring."""

from assessment.models.result import Run, Score, ScoreLine
from assessment.models.scheme import (
    AssessmentGroup,
    GroupMember,
    Indicator,
    ManualMark,
    Scheme,
    Veto,
)

__all__ = [
    "AssessmentGroup",
    "GroupMember",
    "Indicator",
    "ManualMark",
    "Run",
    "Scheme",
    "Score",
    "ScoreLine",
    "Veto",
]

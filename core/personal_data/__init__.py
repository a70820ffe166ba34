"""Finds what the platform must not keep about a person, so that forms can warn before saving."""

from core.personal_data.search import (
    PersonalDataHit,
    find_personal_data,
    personal_data_warnings,
    without_personal_data,
)

__all__ = [
    "PersonalDataHit",
    "find_personal_data",
    "personal_data_warnings",
    "without_personal_data",
]

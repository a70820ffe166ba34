"""Deeds of the assessment."""

from assessment.actions.runs import compute_run, start_run

__all__ = ["compute_run", "start_run"]

"""Messy ledgers of units as offices send them, each with the table of truth that must come out.

The names, dates and numbers are made up; the mess is not.
"""

from tests.corpus.ledgers import LEDGERS
from tests.corpus.making import Sample, build_all

NAMES = tuple(LEDGERS)

__all__ = ["NAMES", "Sample", "build"]


def build(folder):
    """Write every ledger into the folder; the samples in the order of NAMES.

    Those in .xls and .ods are saved by LibreOffice, which takes some seconds: build once a session.
    """
    return build_all(folder, LEDGERS)

"""The ledger of activities, brought in as drafts."""

from activities.imports.ledger import Activities

__all__ = ["Activities"]

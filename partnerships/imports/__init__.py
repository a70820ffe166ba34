"""What the ledgers of all four forms share; each form's app declares its own."""

from partnerships.imports.columns import common_columns
from partnerships.imports.ledger import PartnershipLedger

__all__ = ["PartnershipLedger", "common_columns"]

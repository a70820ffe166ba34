"""Pages of linkages, matrices and alliances that go beyond the partnerships' own."""

from alliances.views.proposal import (
    alliance_create,
    alliance_edit,
    linkage_create,
    linkage_edit,
    matrix_create,
    matrix_edit,
)
from alliances.views.seat import seat_create, seat_edit, seat_remove

__all__ = [
    "alliance_create",
    "alliance_edit",
    "linkage_create",
    "linkage_edit",
    "matrix_create",
    "matrix_edit",
    "seat_create",
    "seat_edit",
    "seat_remove",
]

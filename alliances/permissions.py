"""Who may keep the seats of a matrix: whoever keeps the matrix itself."""

from typing import Any

from alliances.models import Seat
from partnerships.permissions import can_keep_partnership


def can_edit_seat(user: Any, seat: Seat) -> bool:
    return can_keep_partnership(user, seat.matrix)

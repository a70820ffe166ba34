"""Deeds on the register."""

from organisations.actions.register import load_register

__all__ = [
    "load_register",
]

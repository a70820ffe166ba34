"""Deeds on the register."""

__all__: list[str] = []

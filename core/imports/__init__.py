"""Ledgers as offices have them: read, compared with the register, saved whole, undone whole."""

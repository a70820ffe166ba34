"""Ledgers as offices have them: read from their rows, told apart from their decoration."""

"""Lists that users arrange for themselves: their columns, their filters."""

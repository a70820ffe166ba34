"""How fast the pages are on a register of any size. Run `python -m benchmarks --help`."""

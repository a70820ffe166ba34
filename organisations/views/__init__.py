"""Pages of the register, one module per group of pages."""

__all__: list[str] = []

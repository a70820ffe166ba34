"""Pages of the register, one module per group of pages."""

from organisations.views.options import organisation_options

__all__ = [
    "organisation_options",
]

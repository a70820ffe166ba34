"""Pages of the register, one module per group of pages."""

from organisations.views.entry import organisation_create, organisation_edit, organisation_remove
from organisations.views.options import organisation_options
from organisations.views.organisation import organisation_detail
from organisations.views.register import (
    organisation_export,
    organisation_list,
    organisation_verify,
    organisation_verify_many,
)

__all__ = [
    "organisation_create",
    "organisation_detail",
    "organisation_edit",
    "organisation_export",
    "organisation_list",
    "organisation_options",
    "organisation_remove",
    "organisation_verify",
    "organisation_verify_many",
]

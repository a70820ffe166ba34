"""Pages and deeds of supervision."""

from supervision.views.findings import finding_check, finding_rectify, finding_send_back
from supervision.views.inspections import (
    inspection_create,
    inspection_detail,
    inspection_edit,
    inspection_export,
    inspection_list,
)

__all__ = [
    "finding_check",
    "finding_rectify",
    "finding_send_back",
    "inspection_create",
    "inspection_detail",
    "inspection_edit",
    "inspection_export",
    "inspection_list",
]

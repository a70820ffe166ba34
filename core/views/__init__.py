"""Pages that belong to no part of the programme, one module per group of pages."""

from core.views.frame import component_gallery, csrf_failure, year_choose
from core.views.import_deeds import (
    import_accept_all,
    import_cancel,
    import_choose,
    import_reread,
    import_save,
    import_undo,
)
from core.views.import_files import import_faults, import_template
from core.views.imports import import_create, import_detail, import_list
from core.views.jobs import export_download, job_list, job_panel, job_retry, job_stop
from core.views.lists import (
    columns_choose,
    saved_filter_create,
    saved_filter_delete,
    saved_filter_edit,
)

__all__ = [
    "columns_choose",
    "component_gallery",
    "csrf_failure",
    "export_download",
    "import_accept_all",
    "import_cancel",
    "import_choose",
    "import_create",
    "import_detail",
    "import_faults",
    "import_list",
    "import_reread",
    "import_save",
    "import_template",
    "import_undo",
    "job_list",
    "job_panel",
    "job_retry",
    "job_stop",
    "saved_filter_create",
    "saved_filter_delete",
    "saved_filter_edit",
    "year_choose",
]

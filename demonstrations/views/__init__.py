"""Titles and standard sites, one module each."""

from demonstrations.views.sites import (
    site_accept,
    site_create,
    site_edit,
    site_export,
    site_list,
)
from demonstrations.views.titles import title_create, title_edit, title_export, title_list

__all__ = [
    "site_accept",
    "site_create",
    "site_edit",
    "site_export",
    "site_list",
    "title_create",
    "title_edit",
    "title_export",
    "title_list",
]

from django.conf import settings
from django.urls import path

from core import views

app_name = "core"

urlpatterns = [
    path("year/", views.year_choose, name="year_choose"),
    path("jobs/", views.job_list, name="job_list"),
    path("jobs/<int:pk>/", views.job_panel, name="job_panel"),
    path("jobs/<int:pk>/retry/", views.job_retry, name="job_retry"),
    path("jobs/<int:pk>/stop/", views.job_stop, name="job_stop"),
    path("lists/<str:key>/columns/", views.columns_choose, name="columns_choose"),
    path("lists/<str:key>/filters/", views.saved_filter_create, name="saved_filter_create"),
    path("filters/<int:pk>/", views.saved_filter_edit, name="saved_filter_edit"),
    path("filters/<int:pk>/delete/", views.saved_filter_delete, name="saved_filter_delete"),
    path("exports/<int:pk>/", views.export_download, name="export_download"),
    path("imports/", views.import_list, name="import_list"),
    path("imports/new/<str:ledger>/", views.import_create, name="import_create"),
    path("imports/template/<str:ledger>/", views.import_template, name="import_template"),
    path("imports/<int:pk>/", views.import_detail, name="import_detail"),
    path("imports/<int:pk>/reread/", views.import_reread, name="import_reread"),
    path("imports/<int:pk>/choose/", views.import_choose, name="import_choose"),
    path("imports/<int:pk>/accept-all/", views.import_accept_all, name="import_accept_all"),
    path("imports/<int:pk>/save/", views.import_save, name="import_save"),
    path("imports/<int:pk>/undo/", views.import_undo, name="import_undo"),
    path("imports/<int:pk>/cancel/", views.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/faults/", views.import_faults, name="import_faults"),
]
if settings.DEBUG:
    urlpatterns.append(path("gallery/", views.component_gallery, name="component_gallery"))

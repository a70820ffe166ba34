from django.conf import settings
from django.urls import path

from core import views

app_name = "core"

urlpatterns = [
    path("year/", views.year_choose, name="year_choose"),
    path("jobs/", views.job_list, name="job_list"),
    path("jobs/<int:pk>/", views.job_panel, name="job_panel"),
    path("jobs/<int:pk>/retry/", views.job_retry, name="job_retry"),
    path("lists/<str:key>/columns/", views.columns_choose, name="columns_choose"),
    path("lists/<str:key>/filters/", views.saved_filter_create, name="saved_filter_create"),
    path("filters/<int:pk>/", views.saved_filter_edit, name="saved_filter_edit"),
    path("filters/<int:pk>/delete/", views.saved_filter_delete, name="saved_filter_delete"),
    path("exports/<int:pk>/", views.export_download, name="export_download"),
]
if settings.DEBUG:
    urlpatterns.append(path("gallery/", views.component_gallery, name="component_gallery"))

from django.urls import path

from assessment import views

app_name = "assessment"

urlpatterns = [
    path("", views.scheme_list, name="scheme_list"),
    path("schemes/new/", views.scheme_create, name="scheme_create"),
    path("schemes/<int:pk>/", views.scheme_detail, name="scheme_detail"),
    path("schemes/<int:pk>/workbook/", views.scheme_workbook, name="scheme_workbook"),
    path("schemes/<int:pk>/publish/", views.scheme_publish, name="scheme_publish"),
    path("schemes/<int:pk>/compute/", views.scheme_compute, name="scheme_compute"),
    path("schemes/<int:pk>/approve/", views.scheme_approve, name="scheme_approve"),
    path("schemes/<int:pk>/reopen/", views.scheme_reopen, name="scheme_reopen"),
    path("schemes/<int:pk>/finish/", views.scheme_finish, name="scheme_finish"),
    path("schemes/<int:pk>/scores/", views.score_list, name="score_list"),
    path(
        "schemes/<int:pk>/scores/export/<str:file_format>/",
        views.score_export,
        name="score_export",
    ),
    path("schemes/<int:pk>/sheets/<str:file_format>/", views.sheets_start, name="sheets_start"),
    path("scores/<int:pk>/", views.score_detail, name="score_detail"),
    path("scores/<int:pk>/sheet/<str:file_format>/", views.score_sheet, name="score_sheet"),
    path("scores/<int:pk>/evidence/<int:indicator_pk>/", views.evidence_list, name="evidence_list"),
    path("schemes/<int:pk>/vetoes/new/", views.veto_create, name="veto_create"),
    path("vetoes/<int:pk>/withdraw/", views.veto_withdraw, name="veto_withdraw"),
    path("schemes/<int:pk>/indicators/new/", views.indicator_create, name="indicator_create"),
    path("indicators/<int:pk>/", views.indicator_edit, name="indicator_edit"),
    path("indicators/<int:pk>/delete/", views.indicator_delete, name="indicator_delete"),
    path("marks/", views.mark_list, name="mark_list"),
    path("marks/<int:pk>/", views.mark_form, name="mark_form"),
]

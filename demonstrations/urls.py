from django.urls import path

from demonstrations import views

app_name = "demonstrations"

urlpatterns = [
    path("titles/", views.title_list, name="title_list"),
    path("titles/export/<str:file_format>/", views.title_export, name="title_export"),
    path("titles/new/", views.title_create, name="title_create"),
    path("titles/<int:pk>/", views.title_detail, name="title_detail"),
    path("titles/<int:pk>/edit/", views.title_edit, name="title_edit"),
    *[
        path(f"titles/<int:pk>/{deed}/", views.title_step, {"deed": deed}, name=f"title_{deed}")
        for deed in views.STEPS
    ],
    path("titles/<int:pk>/decisions/<str:kind>/", views.decision_propose, name="decision_propose"),
    path("decisions/<int:pk>/approve/", views.decision_approve, name="decision_approve"),
    path("decisions/<int:pk>/return/", views.decision_return, name="decision_return"),
    path("titles/<int:pk>/objections/new/", views.objection_create, name="objection_create"),
    path("objections/<int:pk>/answer/", views.objection_answer, name="objection_answer"),
    path("pool/", views.pool_list, name="pool_list"),
    path("pool/export/<str:file_format>/", views.pool_export, name="pool_export"),
    path("pool/new/", views.title_cultivate, name="title_cultivate"),
    path("notices/", views.notice_list, name="notice_list"),
    path("notices/new/", views.notice_create, name="notice_create"),
    path("notices/<int:pk>/", views.notice_detail, name="notice_detail"),
    path("notices/<int:pk>/paper/", views.notice_paper, name="notice_paper"),
    path("rules/", views.rule_list, name="rule_list"),
    path("rules/<int:pk>/edit/", views.rule_edit, name="rule_edit"),
    path("sites/", views.site_list, name="site_list"),
    path("sites/export/<str:file_format>/", views.site_export, name="site_export"),
    path("sites/new/", views.site_create, name="site_create"),
    path("sites/<int:pk>/", views.site_detail, name="site_detail"),
    path("sites/<int:pk>/edit/", views.site_edit, name="site_edit"),
    path("sites/<int:pk>/accept/", views.site_accept, name="site_accept"),
    path("sites/<int:pk>/withdraw/", views.site_withdraw, name="site_withdraw"),
    path("checklists/", views.checklist_list, name="checklist_list"),
    path("checklists/new/", views.checklist_create, name="checklist_create"),
    path("checklists/<int:pk>/edit/", views.checklist_edit, name="checklist_edit"),
]

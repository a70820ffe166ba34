from django.urls import path

from partnerships import views

app_name = "partnerships"

urlpatterns = [
    path("", views.partnership_list, name="partnership_list"),
    path("export.<str:file_format>", views.partnership_export, name="partnership_export"),
    path("new/", views.partnership_create, name="partnership_create"),
    path("<int:pk>/", views.partnership_detail, name="partnership_detail"),
    path("<int:pk>/start/", views.partnership_start, name="partnership_start"),
    path("<int:pk>/conclude/", views.partnership_conclude, name="partnership_conclude"),
    path("<int:pk>/cancel/", views.partnership_cancel, name="partnership_cancel"),
    path("<int:pk>/budget/", views.partnership_grant, name="partnership_grant"),
    path("<int:pk>/agreements/new/", views.agreement_create, name="agreement_create"),
    path("<int:pk>/milestones/new/", views.milestone_create, name="milestone_create"),
    path("members/<int:pk>/agree/", views.member_agree, name="member_agree"),
    path("members/<int:pk>/decline/", views.member_decline, name="member_decline"),
    path("members/<int:pk>/record/", views.member_record, name="member_record"),
    path("agreements/<int:pk>/remove/", views.agreement_remove, name="agreement_remove"),
    path("milestones/<int:pk>/complete/", views.milestone_complete, name="milestone_complete"),
    path("milestones/<int:pk>/reopen/", views.milestone_reopen, name="milestone_reopen"),
    path("milestones/<int:pk>/remove/", views.milestone_remove, name="milestone_remove"),
]

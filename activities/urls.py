from django.urls import path

from activities import views

app_name = "activities"

urlpatterns = [
    path("", views.activity_list, name="activity_list"),
    path("export.<str:extension>", views.activity_export, name="activity_export"),
    path("new/", views.activity_create, name="activity_create"),
    path("review/", views.activity_review_next, name="activity_review_next"),
    path("submit/", views.activity_submit_many, name="activity_submit_many"),
    path("accept/", views.activity_accept_many, name="activity_accept_many"),
    path("confirmations/", views.confirmation_panel, name="confirmation_panel"),
    path(
        "confirmations/answer/", views.participation_answer_many, name="participation_answer_many"
    ),
    path("<int:pk>/", views.activity_detail, name="activity_detail"),
    path("<int:pk>/edit/", views.activity_form, name="activity_form"),
    path("<int:pk>/autosave/", views.activity_autosave, name="activity_autosave"),
    path("<int:pk>/copy/", views.activity_copy, name="activity_copy"),
    path("<int:pk>/delete/", views.activity_delete, name="activity_delete"),
    path("<int:pk>/withdraw/", views.activity_withdraw, name="activity_withdraw"),
    path("<int:pk>/review/", views.activity_review, name="activity_review"),
    path("<int:pk>/accept/", views.activity_accept, name="activity_accept"),
    path("<int:pk>/return/", views.activity_return, name="activity_return"),
    path("<int:pk>/attachments/", views.attachment_add, name="attachment_add"),
    path(
        "participations/<int:pk>/answer/", views.participation_answer, name="participation_answer"
    ),
    path("attachments/<int:pk>/", views.attachment_download, name="attachment_download"),
    path("attachments/<int:pk>/remove/", views.attachment_remove, name="attachment_remove"),
]

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
    path("<int:pk>/rate/", views.activity_rate, name="activity_rate"),
    path("<int:pk>/attachments/", views.attachment_add, name="attachment_add"),
    path(
        "participations/<int:pk>/answer/", views.participation_answer, name="participation_answer"
    ),
    path("attachments/<int:pk>/", views.attachment_download, name="attachment_download"),
    path("attachments/<int:pk>/remove/", views.attachment_remove, name="attachment_remove"),
    path("windows/", views.window_list, name="window_list"),
    path("windows/new/", views.window_create, name="window_create"),
    path("windows/<int:pk>/", views.window_detail, name="window_detail"),
    path("windows/<int:pk>/export.<str:extension>", views.window_export, name="window_export"),
    path("windows/<int:pk>/edit/", views.window_edit, name="window_edit"),
    path("windows/<int:pk>/remind/", views.window_remind, name="window_remind"),
    path("windows/<int:pk>/cancel/", views.window_cancel, name="window_cancel"),
    path("windows/answers/<int:pk>/", views.window_answer, name="window_answer"),
    path("cases/", views.case_list, name="case_list"),
    path("cases/new/", views.case_create, name="case_create"),
    path("cases/<int:pk>/", views.case_detail, name="case_detail"),
    path("cases/<int:pk>/edit/", views.case_edit, name="case_edit"),
    path("cases/<int:pk>/publish/", views.case_publish, name="case_publish"),
    path("cases/<int:pk>/withdraw/", views.case_withdraw, name="case_withdraw"),
    path("cases/<int:pk>/delete/", views.case_delete, name="case_delete"),
    path("news/", views.news_list, name="news_list"),
    path("news/export.<str:extension>", views.news_export, name="news_export"),
    path("news/new/", views.news_create, name="news_create"),
    path("news/<int:pk>/", views.news_detail, name="news_detail"),
    path("news/<int:pk>/edit/", views.news_edit, name="news_edit"),
    path("news/<int:pk>/remove/", views.news_remove, name="news_remove"),
]

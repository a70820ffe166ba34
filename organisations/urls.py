from django.urls import path

from organisations import views
from organisations.views import assignments, contacts

app_name = "organisations"

urlpatterns = [
    path("", views.organisation_list, name="organisation_list"),
    path("options/", views.organisation_options, name="organisation_options"),
    path("export/<str:file_format>/", views.organisation_export, name="organisation_export"),
    path("verify/", views.organisation_verify_many, name="organisation_verify_many"),
    path("new/", views.organisation_create, name="organisation_create"),
    path("<int:pk>/", views.organisation_detail, name="organisation_detail"),
    path("<int:pk>/edit/", views.organisation_edit, name="organisation_edit"),
    path("<int:pk>/verify/", views.organisation_verify, name="organisation_verify"),
    path("<int:pk>/contact/", contacts.contact_edit, name="contact_edit"),
    path("<int:pk>/contact/remove/", contacts.contact_remove, name="contact_remove"),
    path("accounts/new/", assignments.account_create, name="account_create"),
    path("accounts/<int:user_pk>/roles/", assignments.assignment_create, name="assignment_create"),
    path("roles/<int:pk>/end/", assignments.assignment_end, name="assignment_end"),
]

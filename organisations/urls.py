from django.urls import path

from organisations import views
from organisations.views import (
    assignments,
    bookings,
    bulk,
    changes,
    contacts,
    handovers,
    resources,
)

app_name = "organisations"

urlpatterns = [
    path("", views.organisation_list, name="organisation_list"),
    path("options/", views.organisation_options, name="organisation_options"),
    path("export/<str:file_format>/", views.organisation_export, name="organisation_export"),
    path("verify/", views.organisation_verify_many, name="organisation_verify_many"),
    path("bulk/", bulk.organisation_bulk, name="organisation_bulk"),
    path("new/", views.organisation_create, name="organisation_create"),
    path("<int:pk>/", views.organisation_detail, name="organisation_detail"),
    path("<int:pk>/edit/", views.organisation_edit, name="organisation_edit"),
    path("<int:pk>/rename/", changes.organisation_rename, name="organisation_rename"),
    path("<int:pk>/merge/", changes.organisation_merge, name="organisation_merge"),
    path("<int:pk>/split/", changes.organisation_split, name="organisation_split"),
    path("<int:pk>/close/", changes.organisation_close, name="organisation_close"),
    path("<int:pk>/verify/", views.organisation_verify, name="organisation_verify"),
    path("<int:pk>/contact/", contacts.contact_edit, name="contact_edit"),
    path("<int:pk>/contact/remove/", contacts.contact_remove, name="contact_remove"),
    path("<int:pk>/resources/panel/", resources.resource_panel, name="resource_panel"),
    path("resources/", resources.resource_list, name="resource_list"),
    path("resources/export/<str:file_format>/", resources.resource_export, name="resource_export"),
    path("resources/new/", resources.resource_create, name="resource_create"),
    path("resources/<int:pk>/", resources.resource_detail, name="resource_detail"),
    path("resources/<int:pk>/edit/", resources.resource_edit, name="resource_edit"),
    path("resources/<int:pk>/book/", bookings.booking_create, name="booking_create"),
    path("bookings/", bookings.booking_list, name="booking_list"),
    path("bookings/export/<str:file_format>/", bookings.booking_export, name="booking_export"),
    path("bookings/<int:pk>/agree/", bookings.booking_agree, name="booking_agree"),
    path("bookings/<int:pk>/decline/", bookings.booking_decline, name="booking_decline"),
    path("bookings/<int:pk>/cancel/", bookings.booking_cancel, name="booking_cancel"),
    path("bookings/<int:pk>/revoke/", bookings.booking_revoke, name="booking_revoke"),
    path("roles/<int:pk>/hand-over/", handovers.handover_create, name="handover_create"),
    path("handovers/", handovers.handover_list, name="handover_list"),
    path("handovers/<int:pk>/", handovers.handover_detail, name="handover_detail"),
    path("handovers/<int:pk>/confirm/", handovers.handover_confirm, name="handover_confirm"),
    path("handovers/<int:pk>/decline/", handovers.handover_decline, name="handover_decline"),
    path("handovers/<int:pk>/withdraw/", handovers.handover_withdraw, name="handover_withdraw"),
    path("accounts/new/", assignments.account_create, name="account_create"),
    path("accounts/<int:user_pk>/roles/", assignments.assignment_create, name="assignment_create"),
    path("roles/<int:pk>/end/", assignments.assignment_end, name="assignment_end"),
]

from django.urls import path

from alliances import views

app_name = "alliances"

urlpatterns = [
    path("linkages/new/", views.linkage_create, name="linkage_create"),
    path("linkages/<int:pk>/edit/", views.linkage_edit, name="linkage_edit"),
    path("matrices/new/", views.matrix_create, name="matrix_create"),
    path("matrices/<int:pk>/edit/", views.matrix_edit, name="matrix_edit"),
    path("matrices/<int:pk>/seats/new/", views.seat_create, name="seat_create"),
    path("seats/<int:pk>/edit/", views.seat_edit, name="seat_edit"),
    path("seats/<int:pk>/remove/", views.seat_remove, name="seat_remove"),
    path("regional/new/", views.alliance_create, name="alliance_create"),
    path("regional/<int:pk>/edit/", views.alliance_edit, name="alliance_edit"),
]

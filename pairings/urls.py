from django.urls import path

from pairings import views

app_name = "pairings"

urlpatterns = [
    path("new/", views.pairing_create, name="pairing_create"),
    path("<int:pk>/edit/", views.pairing_edit, name="pairing_edit"),
]

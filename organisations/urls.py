from django.urls import path

from organisations import views

app_name = "organisations"

urlpatterns = [
    path("options/", views.organisation_options, name="organisation_options"),
]

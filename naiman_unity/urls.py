"""Addresses of the whole platform."""

from django.urls import include, path

urlpatterns = [
    path("", include("dashboards.urls")),
    path("", include("core.urls")),
    path("accounts/", include("accounts.urls")),
    path("organisations/", include("organisations.urls")),
    path("demonstrations/", include("demonstrations.urls")),
    path("partnerships/", include("partnerships.urls")),
    path("pairings/", include("pairings.urls")),
    path("alliances/", include("alliances.urls")),
    path("activities/", include("activities.urls")),
    path("supervision/", include("supervision.urls")),
    path("assessment/", include("assessment.urls")),
    path("rewards/", include("rewards.urls")),
]

from django.urls import path

from dashboards import views

urlpatterns = [
    path("", views.home, name="home"),
    path("overview/", views.overview, name="overview"),
    path("overview/network/", views.network, name="network"),
    path("search/", views.search, name="search"),
]

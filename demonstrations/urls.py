from django.urls import path

from demonstrations import views

app_name = "demonstrations"

urlpatterns = [
    path("titles/", views.title_list, name="title_list"),
    path("titles/export/<str:file_format>/", views.title_export, name="title_export"),
    path("titles/new/", views.title_create, name="title_create"),
    path("titles/<int:pk>/edit/", views.title_edit, name="title_edit"),
    path("sites/", views.site_list, name="site_list"),
    path("sites/export/<str:file_format>/", views.site_export, name="site_export"),
    path("sites/new/", views.site_create, name="site_create"),
    path("sites/<int:pk>/edit/", views.site_edit, name="site_edit"),
    path("sites/<int:pk>/accept/", views.site_accept, name="site_accept"),
]

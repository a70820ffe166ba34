from django.urls import path

from supervision import views

app_name = "supervision"

urlpatterns = [
    path("", views.inspection_list, name="inspection_list"),
    path("export.<str:extension>", views.inspection_export, name="inspection_export"),
    path("new/", views.inspection_create, name="inspection_create"),
    path("<int:pk>/", views.inspection_detail, name="inspection_detail"),
    path("<int:pk>/edit/", views.inspection_edit, name="inspection_edit"),
    path("findings/<int:pk>/rectify/", views.finding_rectify, name="finding_rectify"),
    path("findings/<int:pk>/check/", views.finding_check, name="finding_check"),
    path("findings/<int:pk>/send-back/", views.finding_send_back, name="finding_send_back"),
]

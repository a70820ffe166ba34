from django.urls import path

from rewards import views

app_name = "rewards"

urlpatterns = [
    path("", views.plan_list, name="plan_list"),
    path("new/", views.plan_create, name="plan_create"),
    path("<int:pk>/", views.plan_detail, name="plan_detail"),
    path("<int:pk>/edit/", views.plan_edit, name="plan_edit"),
    path("<int:pk>/propose/", views.plan_propose, name="plan_propose"),
    path("<int:pk>/approve/", views.plan_approve, name="plan_approve"),
    path("<int:pk>/return/", views.plan_return, name="plan_return"),
    path("<int:pk>/finish/", views.plan_finish, name="plan_finish"),
    path("<int:pk>/export/", views.plan_export, name="plan_export"),
]

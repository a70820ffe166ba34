from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("password/", views.password_change, name="password_change"),
    path("users/", views.user_list, name="user_list"),
    path("users/<int:pk>/", views.user_detail, name="user_detail"),
    path("users/<int:pk>/edit/", views.user_edit, name="user_edit"),
    path("users/<int:pk>/close/", views.user_close, name="user_close"),
    path("users/<int:pk>/reopen/", views.user_reopen, name="user_reopen"),
    path("users/<int:pk>/password/", views.user_reset_password, name="user_reset_password"),
    path("users/<int:pk>/unlock/", views.user_unlock, name="user_unlock"),
    path("login-failures/", views.login_failure_list, name="login_failure_list"),
    path("audit/", views.audit_list, name="audit_list"),
    path("audit/check/", views.audit_check, name="audit_check"),
    path("audit/<int:pk>/", views.audit_detail, name="audit_detail"),
]

from django.urls import URLPattern

app_name = "demonstrations"

urlpatterns: list[URLPattern] = []

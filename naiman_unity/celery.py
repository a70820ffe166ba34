"""The Celery application: configured from Django's settings, tasks found in every app."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naiman_unity.settings")

app = Celery("naiman_unity")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

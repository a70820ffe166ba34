"""奈曼旗“联创共建”工作平台."""

from naiman_unity.celery import app as celery_app

__all__ = ["celery_app"]

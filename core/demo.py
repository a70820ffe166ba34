"""Is this a demonstration? By the switch of the installation, or by what lies in the database."""

from django.conf import settings
from django.core.cache import cache

from core.models import DemoYear

KEY = "core.is_demo"
# Other processes learn within a minute that a demonstration year was made or removed.
SECONDS = 60


def is_demo() -> bool:
    """Whether pages and papers carry the mark 演示数据; one query a minute and process."""
    return settings.DEMO or cache.get_or_set(KEY, DemoYear.objects.exists, SECONDS)


def forget() -> None:
    """Look anew: a demonstration year was just made or removed."""
    cache.delete(KEY)

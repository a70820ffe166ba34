"""Settings of the platform: one file, every outside fact read from the environment.

A value that is missing or malformed stops the start with a sentence instead of running wrongly.
"""

import sys
from datetime import date, timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def dates(name: str) -> frozenset[date]:
    """Days as 2027-01-01, spans as 2027-02-05/2027-02-11, parted by commas."""
    found = set()
    for text in filter(None, map(str.strip, env.list(name, default=[]))):
        try:
            ends = [date.fromisoformat(end.strip()) for end in text.split("/")]
            first, last = ends[0], ends[-1]
            if len(ends) > 2 or last < first:
                raise ValueError
        except ValueError as wrong:
            raise ImproperlyConfigured(
                f"{name} 里的“{text}”读不出日期：请写成 2027-01-01，"
                "连续几天写成 2027-02-05/2027-02-11。"
            ) from wrong
        found |= {first + timedelta(days=days) for days in range((last - first).days + 1)}
    return frozenset(found)


DEBUG = env.bool("DEBUG", default=False)
# The demonstration carries known accounts: it runs with DEBUG on and answers on loopback only,
# unless DEMO_ALLOW_PUBLIC says otherwise.
DEMO = env.bool("DEMO", default=False)
DEMO_ALLOW_PUBLIC = env.bool("DEMO_ALLOW_PUBLIC", default=False)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="Lianchuang-2026")
TESTING = "pytest" in sys.modules

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
FONT_DIR = Path(env.str("FONT_DIR", default=str(VAR_DIR / "fonts")))
if TESTING:
    # Each test process keeps its files to itself, away from the installation's own.
    TEST_PROCESS = env.str("PYTEST_XDIST_WORKER", default="gw0")
    VAR_DIR = VAR_DIR / "tests" / TEST_PROCESS
VAR_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not (DEBUG or TESTING):
        raise ImproperlyConfigured(
            "未设置 SECRET_KEY：请在环境变量中给出一个随机长字符串后再启动。"
        )
    SECRET_KEY = "only-for-development-and-tests"

LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOOPBACK_HOSTS)
if DEMO and not DEMO_ALLOW_PUBLIC:
    if not (DEBUG or TESTING):
        raise ImproperlyConfigured("演示环境须在 DEBUG=1 下运行；正式使用请勿设置 DEMO。")
    if set(ALLOWED_HOSTS) - set(LOOPBACK_HOSTS):
        raise ImproperlyConfigured(
            "演示环境只在本机地址上运行：请去掉 ALLOWED_HOSTS，或明确设置 DEMO_ALLOW_PUBLIC=1。"
        )
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "core",
    "accounts",
    "organisations",
    "demonstrations",
    "partnerships",
    "pairings",
    "alliances",
    "activities",
    "supervision",
    "assessment",
    "rewards",
    "dashboards",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.show_own_error_pages",
    "core.middleware.reject_malformed_requests",
    "core.middleware.keep_pages_private",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.explain_wrong_method",
    "core.middleware.remember_origin",
    "accounts.middleware.answer_signed_out_fragments",
    "accounts.middleware.end_idle_sessions",
    "accounts.middleware.require_fresh_password",
]

ROOT_URLCONF = "naiman_unity.urls"
WSGI_APPLICATION = "naiman_unity.wsgi.application"

TEMPLATE_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    TEMPLATE_LOADERS
                    if DEBUG
                    else [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)],
                )
            ],
            "builtins": ["template_partials.templatetags.partials", "core.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboards.navigation.page_frame",
            ],
        },
    }
]

# Database: SQLite by default, PostgreSQL where DATABASE_URL says so.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        " PRAGMA cache_size=-32000; PRAGMA mmap_size=134217728;"
    ),
}
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    # A file, not memory: a browser's server and a worker open connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Background work: Redis where REDIS_URL names one, else files in VAR_DIR, which need no server.
# The truth of a job is its row in the database; see core.jobs.
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL and TESTING:
    # An index for each test process, counted from the one that REDIS_URL names.
    address, index = REDIS_URL.rsplit("/", 1)
    REDIS_URL = f"{address}/{int(index) + int(TEST_PROCESS.removeprefix('gw'))}"
BROKER_DIR = VAR_DIR / "broker"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
else:
    for name in ("queue", "control"):
        (BROKER_DIR / name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.3,
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "naiman-unity",
        }
    }
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
JOB_HEARTBEAT_SECONDS = env.int("JOB_HEARTBEAT_SECONDS", default=5)
JOB_STALE_SECONDS = env.int("JOB_STALE_SECONDS", default=60)
JOB_MAX_ATTEMPTS = env.int("JOB_MAX_ATTEMPTS", default=3)
CELERY_BEAT_SCHEDULE = {
    "requeue-jobs": {
        "task": "core.tasks.requeue_jobs",
        "schedule": env.float("JOB_REQUEUE_SECONDS", default=15.0),
    },
    # Tables grow by whole ledgers: what SQLite knows of their sizes must not be a year old.
    "refresh-statistics": {
        "task": "core.tasks.refresh_statistics",
        "schedule": crontab(minute=40),
    },
    # Announced names of matrix seats leave on the day after the term's last.
    "erase-seat-names": {
        "task": "alliances.tasks.erase_expired_seat_names",
        "schedule": crontab(hour=0, minute=10),
    },
    # Who has handed over and holds nothing more leaves on the day after the last.
    "close-handed-over-accounts": {
        "task": "organisations.tasks.close_handed_over_accounts",
        "schedule": crontab(hour=0, minute=20),
    },
    # Uploaded ledgers may hold more than the platform may keep.
    "erase-expired-imports": {
        "task": "core.tasks.erase_expired_imports",
        "schedule": crontab(hour=1, minute=10),
    },
}

# Accounts and sessions: numbers from the security rules of the platform (GB/T 22239-2019).
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    # Argon2 is slow on purpose; hundreds of tests log in.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "accounts.validators.LengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.validators.CharacterClassValidator"},
    {"NAME": "accounts.validators.NotTheDemonstrationValidator"},
]
# Working days for which a result is on public notice, where a scheme does not say otherwise.
RESULT_NOTICE_DAYS = env.int("RESULT_NOTICE_DAYS", default=5)
# The State Council's arrangement for years that the calendar package does not know yet, or knows
# otherwise: days off, and Saturdays and Sundays that are worked.
REST_DAYS = dates("REST_DAYS")
MOVED_WORKDAYS = dates("MOVED_WORKDAYS")

LOGIN_FAILURES_BEFORE_LOCK = env.int("LOGIN_FAILURES_BEFORE_LOCK", default=5)
LOGIN_LOCK_MINUTES = env.int("LOGIN_LOCK_MINUTES", default=10)
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
PASSWORD_MAX_AGE_DAYS = env.int("PASSWORD_MAX_AGE_DAYS", default=90)
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Behind TLS everything is secure-only; the office's own test machine speaks plain HTTP.
HTTPS = env.bool("HTTPS", default=not DEBUG and not TESTING)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TRUSTED_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Without collected files, static ones are looked up where they lie.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG or TESTING
# Uploads: the limit is said on the form before anything is sent.
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=20 * 1024 * 1024)
UPLOAD_MAX_FILES = env.int("UPLOAD_MAX_FILES", default=9)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# The county this installation serves first: 12-digit national division code.
COUNTY_CODE = env.str("COUNTY_CODE", default="150525000000")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="WARNING")},
}

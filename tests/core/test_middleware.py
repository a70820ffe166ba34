"""What is turned away at the door, where a deed comes from, which year is shown; safe answers."""

import json
import os
import subprocess
import sys
from io import BytesIO

import pytest
from django.conf import settings as conf
from django.contrib.auth import get_user_model
from django.test import RequestFactory
from django.utils import timezone

from core.middleware import chosen_year, client_address, known_years
from core.models import AuditRecord
from naiman_unity.wsgi import application
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db

THIS_YEAR = timezone.localdate().year


@pytest.mark.parametrize("path", ["/jobs/?page=%00", "/accounts/login/?next=a%00b", "/a%00b/"])
def test_nul_in_the_address_is_a_bad_request(client, path):
    assert client.get(path).status_code == 400


CODECS = ["unicode_escape", "base64", "utf-7", "undefined", "idna", "gbk"]


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x"])
def test_another_encoding_is_a_bad_request(settings, debug, codec, kind):
    settings.DEBUG = debug  # the page that tells of it reads the address as well
    body = BytesIO(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n+2AA-\r\n--x--\r\n')
    asked = {
        "REQUEST_METHOD": "GET" if kind == "text/plain" else "POST",
        "PATH_INFO": "/accounts/login/",
        "QUERY_STRING": "next=/%5Cud800",
        "CONTENT_TYPE": f"{kind}; charset={codec}",
        "CONTENT_LENGTH": str(len(body.getvalue())),
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.input": body,
    }
    told = []

    application(asked, lambda status, headers: told.append(status))

    assert told == ["400 Bad Request"]


def test_utf_8_may_be_named(client):
    kind = "application/x-www-form-urlencoded; charset=UTF-8"

    response = client.generic("POST", "/accounts/login/", b"username=a", content_type=kind)

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/jobs/", "private, no-cache"),
        ("/accounts/password/", "max-age=0, no-cache, no-store, must-revalidate, private"),
        ("/no-such-page/", "private, no-cache"),
    ],
)
def test_pages_are_kept_by_no_shared_cache(client, path, expected):
    client.force_login(UserFactory())

    assert client.get(path)["Cache-Control"] == expected


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (False, "", "127.0.0.1"),
        (False, "6.6.6.6", "127.0.0.1"),
        (True, "6.6.6.6, 10.0.0.7", "10.0.0.7"),
        (True, "10.0.0.7", "10.0.0.7"),
        (True, "", "127.0.0.1"),
        (True, "x" * 200, "x" * 64),
    ],
)
def test_client_address_believes_a_configured_proxy_alone(settings, trusted, forwarded, expected):
    settings.TRUSTED_PROXY = trusted
    facts = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}

    assert client_address(RequestFactory().get("/", **facts)) == expected


def test_a_deed_is_recorded_with_its_origin_and_the_next_is_not(client):
    client.force_login(UserFactory())

    client.post("/accounts/logout/", REMOTE_ADDR="10.0.0.7")
    client.post("/accounts/login/", {"username": "a", "password": "b"}, REMOTE_ADDR="10.0.0.8")

    origins = AuditRecord.objects.order_by("pk").values_list("origin", flat=True)
    assert list(origins) == ["10.0.0.7", "10.0.0.8"]


@pytest.mark.parametrize(
    ("stored", "expected"),
    [(2023, 2023), (THIS_YEAR + 1, THIS_YEAR + 1), (1999, THIS_YEAR), ("2023", THIS_YEAR),
     (None, THIS_YEAR), ([], THIS_YEAR)],
)  # fmt: skip
def test_chosen_year_is_one_that_can_be_looked_at(stored, expected):
    request = RequestFactory().get("/")
    request.session = {"year": stored}

    assert chosen_year(request) == expected


def test_known_years_go_from_the_next_back_to_the_notice():
    years = known_years()

    assert (years[0], years[-1]) == (THIS_YEAR + 1, 2023)


@pytest.mark.parametrize(
    ("year", "expected"),
    [("2023", 2023), ("1999", None), ("abc", None), ("", None), ("9" * 40, None)],
)
def test_year_choose_remembers_a_known_year(client, year, expected):
    client.force_login(UserFactory())

    response = client.post("/year/", {"year": year, "next": "/jobs/"})

    assert (response.status_code, response.url) == (302, "/jobs/")
    assert client.session.get("year") == expected


def test_every_answer_forbids_inline_script_style_and_strangers(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


def test_every_answer_carries_the_headers_that_protect_it(client):
    response = client.get("/accounts/login/")

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_session_cookies_are_out_of_reach_of_scripts(client):
    user = UserFactory(username="zhang")
    user.set_password("Liancheng-2026")

    client.post("/accounts/login/", {"username": "zhang", "password": "Liancheng-2026"})

    session = client.cookies["sessionid"]
    assert (session["httponly"], session["samesite"], session["secure"]) == (True, "Lax", "")
    assert client.cookies["csrftoken"]["httponly"] is True


def test_forms_without_their_token_are_refused(client):
    client.handler.enforce_csrf_checks = True
    client.force_login(UserFactory())

    response = client.post("/accounts/logout/")

    assert response.status_code == 403
    assert get_user_model().objects.filter(pk=client.session["_auth_user_id"]).exists()


PROBE = """
import json
from django.conf import settings as s
print(json.dumps([s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,
                  s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS]))
"""


def settings_with(tmp_path, **env):
    """What a fresh process makes of this environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    facts = {"DJANGO_SETTINGS_MODULE": "naiman_unity.settings", "VAR_DIR": str(tmp_path), **env}
    return subprocess.run(
        [sys.executable, "-c", PROBE],
        env=kept | facts,
        cwd=conf.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"SECRET_KEY": "x"}, [True, True, True, 31536000, True]),
        ({"SECRET_KEY": "x", "HTTPS": "0"}, [False, False, False, 0, False]),
        ({"DEBUG": "1"}, [False, False, False, 0, False]),
        ({"DEBUG": "1", "DEMO": "1"}, [False, False, False, 0, False]),
    ],
    ids=["production", "plain http by choice", "development", "demonstration"],
)
def test_https_is_asked_for_unless_told_otherwise(tmp_path, env, expected):
    answer = settings_with(tmp_path, **env)

    assert json.loads(answer.stdout) == expected


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({}, "未设置 SECRET_KEY"),
        ({"SECRET_KEY": "x", "DEMO": "1"}, "演示环境须在 DEBUG=1 下运行"),
        (
            {"DEBUG": "1", "DEMO": "1", "ALLOWED_HOSTS": "unity.example"},
            "演示环境只在本机地址上运行",
        ),
    ],
)
def test_an_unsafe_environment_does_not_start(tmp_path, env, sentence):
    answer = settings_with(tmp_path, **env)

    assert answer.returncode != 0
    assert sentence in answer.stderr


def test_hsts_is_sent_over_https(settings, client):
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True

    response = client.get("/accounts/login/", secure=True)

    assert response["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_plain_http_is_sent_on_to_https(settings, client):
    settings.SECURE_SSL_REDIRECT = True

    response = client.get("/accounts/login/")

    assert (response.status_code, response.url) == (301, "https://testserver/accounts/login/")


@pytest.mark.django_db
def test_demonstration_shows_its_own_page_for_what_is_not_there(client, settings):
    settings.DEMO = settings.DEBUG = True

    response = client.get("/nope/")

    assert response.status_code == 404
    assert "urlpatterns" not in response.text
    assert "404.html" in [template.name for template in response.templates]


PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "shown"),
    [
        ("GET", "/organisations/bulk/?scope=ticked", PAGE, True),
        ("GET", "/organisations/verify/", PAGE, True),
        ("HEAD", "/organisations/bulk/", PAGE, True),
        ("GET", "/organisations/bulk/", PAGE | {"HX-Request": "true"}, False),
        ("GET", "/organisations/bulk/", {"Accept": "*/*"}, False),
        ("GET", "/organisations/bulk/", {}, False),
        ("PUT", "/organisations/bulk/", PAGE, False),
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_an_address_for_buttons_alone_says_so(client, method, path, headers, shown, signed_in):
    if signed_in:
        client.force_login(UserFactory())

    response = client.generic(method, path, headers=headers)

    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    templates = [template.name for template in response.templates]
    assert ("405.html" in templates) == shown
    if shown and method == "GET":
        html = response.content.decode()
        assert html.count("这个地址不能直接打开</h1>") == 1
        assert html.count('<a class="btn btn-primary" href="/">') == 1

"""Whatever stands in an address or a body, the answer is never a server error."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.rights import Role
from core.access import PUBLIC, SIGNED_IN
from tests.factories.organisations import UserFactory, user_with
from tests.test_routes import ROUTES, address_of, all_routes

# So many requests that measuring them would take longer than making them.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

JUNK = [
    "page=-1",
    "page=0",
    "page=99999999999999999999",
    "page=abc",
    "page=%EF%BC%91",
    "per_page=-5&page=2",
    "per_page=99999999999999999999",
    "sort=__class__",
    "sort=-",
    "sort=pk__user__password",
    "year=abc",
    "year=99999999999999999999",
    "year=-1",
    "no_such_filter=1",
    "page=%ff",
    "%ff=%ff",
    "page=1;DROP TABLE",
    "=",
    "&&&===&",
    "[]=1&a[b]=2",
    "page=1&page=2&page=x",
    "since=0000-00-00&until=9999-99-99",
    "page=%F0%9F%A5%87",
    "q=%27%22%3E%3Cscript%3E",
]
NUL = ["page=%00", "q=a%00b", "%00=1"]
VALUES = ["-1", "abc", "99999999999999999999", "\ufffd", "' OR 1=1 --", "<b>", "%", "_", "x" * 5000,
          "9" * 400, "1e400", "NaN", "0001-01-01", "9999-12-31", "\u202e", "٣"]  # fmt: skip


# A page that is no list looks at none of these: a few will do.
JUNK_FOR_ANY_PAGE = JUNK[::6]
# Values that once broke a database or a number, tried in each filter by itself.
NASTY = ["99999999999999999999", "1e400", "0001-01-01", "9999-12-31"]


def readable():
    """Routes that are read without parameters."""
    return sorted(name for name, pattern in all_routes().items() if not pattern.pattern.converters)


def sendable():
    """Routes that something is sent to, but for the way out; no row stands for a parameter."""
    return sorted(set(all_routes()) - {"accounts:logout"})


@pytest.fixture
def clients():
    """A browser for each role, and one for visitors; faults are answers, not exceptions."""
    found = {role: Client(raise_request_exception=False) for role in Role}
    for role, browser in found.items():
        browser.force_login(user_with(role))
    return {**found, PUBLIC: Client(raise_request_exception=False)}


def client_for(clients, name):
    """Someone who may use the route; the first in the order of roles."""
    roles = ROUTES.get(name, SIGNED_IN)
    if roles == PUBLIC:
        return clients[PUBLIC]
    return clients[Role.OFFICE_STAFF if roles == SIGNED_IN else next(r for r in Role if r in roles)]


def address(name):
    return address_of(name, all_routes()[name])


def from_context(response, key):
    context = response.context or {}
    return context.get(key) if hasattr(context, "get") else None


def is_list(response):
    return from_context(response, "page") is not None


def takes(field, key, value):
    """Whether the value reaches the database, and is not refused beside all the others already."""
    try:
        field.clean(field.widget.value_from_datadict({key: value}, {}, key))
    except ValidationError:
        return False
    return True


def test_junk_in_the_query_is_never_a_server_error(clients):
    failed = []

    for name in readable():
        client = client_for(clients, name)
        junk = JUNK if is_list(client.get(address(name))) else JUNK_FOR_ANY_PAGE
        failed += [
            (name, query)
            for query in junk
            if client.get(f"{address(name)}?{query}").status_code >= 500
        ]

    assert failed == []


def test_nul_in_the_query_is_refused(clients):
    answers = {
        client_for(clients, name).get(f"{address(name)}?{query}").status_code
        for name in readable()
        for query in NUL
    }

    assert answers == {400}


def test_senseless_values_of_every_filter_are_never_a_server_error(clients):
    failed, tried = [], set()

    for name in readable():
        client = client_for(clients, name)
        filters = from_context(client.get(address(name)), "filter")
        if filters is None:
            continue
        tried.add(name)
        queries = [dict.fromkeys(filters.filters, value) for value in VALUES]
        queries += [
            {key: value}
            for key, field in filters.form.fields.items()
            for value in NASTY
            if takes(field, key, value)
        ]
        failed += [
            (name, query)
            for query in queries
            if client.get(address(name), query).status_code >= 500
        ]

    assert failed == []
    assert {"accounts:user_list", "accounts:audit_list"} <= tried


@pytest.mark.parametrize(
    "path", ["/%00/", "/accounts/users/%00/", "/%ff%fe/", "/%2e%2e/%2e%2e/etc/passwd", "/..;/",
             "/accounts/users/99999999999999999999999999/", "/jobs/-1/", "//evil.example/%2f.."]
)  # fmt: skip
def test_senseless_paths_are_not_found(client, path):
    client.force_login(user_with(Role.SYSTEM_ADMIN))

    assert client.get(path).status_code in (400, 404)


BODIES = {
    "json where a form is due": ("application/json", b'{"a": 1}'),
    "deep json": ("application/json", ("[" * 50000).encode()),
    "no content type": ("", b"a=1"),
    "senseless content type": ("text/\xff", b"a=1"),
    "unknown charset": ("application/x-www-form-urlencoded; charset=no-such", b"a=1"),
    "invalid utf-8": ("application/x-www-form-urlencoded", b"name=%ff%fe\xff&pk=%ff"),
    "nul in values": ("application/x-www-form-urlencoded", b"name=a%00b&username=%00&next=%00"),
    "too many fields": (
        "application/x-www-form-urlencoded",
        "&".join(f"f{number}=1" for number in range(4100)).encode(),
    ),
    "broken multipart": ("multipart/form-data; boundary=x", b"--x\r\nContent-Dispo"),
    "multipart without boundary": ("multipart/form-data", b"--x\r\n"),
    "long values": ("application/x-www-form-urlencoded", b"name=" + b"x" * 100_000),
    "senseless numbers": (
        "application/x-www-form-urlencoded",
        b"ids=abc&ids=99999999999999999999&organisation=-1&year=%F0%9F%A5%87&form=x&status=x",
    ),
    "a form of another page": (
        "application/x-www-form-urlencoded",
        b"form-TOTAL_FORMS=99999999999&form-INITIAL_FORMS=-1&form-0-id=abc",
    ),
}


@pytest.mark.parametrize("kind", BODIES)
def test_bad_bodies_are_never_a_server_error(clients, kind):
    content_type, body = BODIES[kind]

    failed = [
        name
        for name in sendable()
        if client_for(clients, name)
        .generic("POST", address(name), body, content_type=content_type)
        .status_code
        >= 500
    ]

    assert failed == []


def test_too_many_fields_are_refused(client):
    content_type, body = BODIES["too many fields"]

    response = client.generic("POST", "/accounts/login/", body, content_type=content_type)

    assert response.status_code == 400


def test_a_body_above_the_limit_is_refused(client, settings):
    body = b"username=" + b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)

    response = client.generic(
        "POST", "/accounts/login/", body, content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 400


def test_a_file_where_none_is_asked_is_left_alone(client):
    client.force_login(UserFactory())
    upload = SimpleUploadedFile("big.bin", b"x" * 3_000_000)

    response = client.post("/year/", {"year": upload, "next": upload})

    assert (response.status_code, response.url) == (302, "/")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_methods_nobody_offers_are_refused(clients, method):
    answers = {
        client_for(clients, name).generic(method, address(name)).status_code for name in readable()
    }

    assert answers == {405}


@pytest.mark.parametrize(
    "cookie", ["x", "\x00", "a" * 5000, json.dumps({"a": 1}), "../../etc/passwd"]
)
def test_senseless_session_cookies_belong_to_nobody(client, cookie):
    client.cookies["sessionid"] = cookie

    response = client.get("/jobs/")

    assert response.url == "/accounts/login/?next=/jobs/"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"HX-Request": "true", "HX-Target": "'; DROP", "HX-Current-URL": "http://[::1"},
        {"Accept-Language": "\x00" * 10},
        {"Referer": "http://[::1", "Range": "bytes=9-1"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_senseless_headers_are_never_a_server_error(client, headers):
    client.raise_request_exception = False

    response = client.get("/jobs/", headers=headers)

    assert response.status_code in (200, 302, 400)

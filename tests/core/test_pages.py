"""What every page does the same way."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import transaction
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from core.errors import RuleError
from core.models import AuditRecord
from core.pages import file_response, paginate, perform, perform_form, render_page, safe_next
from organisations.models import Organisation
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def ask(query="", user=None, method="get", headers=None, **data):
    request = getattr(RequestFactory(), method)(f"/somewhere/{query}", data, headers=headers)
    request.user = user or UserFactory()
    request.htmx = HtmxDetails(request)
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def told(request):
    return [(message.level_tag, str(message)) for message in get_messages(request)]


def refuse(subject, *, by, field=""):
    raise RuleError("单位不在有效期内，请另选。", field=field)


def obey(subject, *, by):
    return subject


def obey_in_silence(*, by):
    return None


@pytest.mark.parametrize(
    ("query", "number", "size"),
    [
        ("", 1, 25),
        ("?page=2", 2, 25),
        ("?page=3&per_page=50", 3, 50),
        ("?page=last", 1, 25),
        ("?page=-1", 6, 25),
        ("?page=0", 6, 25),
        ("?page=99999999999999999999", 6, 25),
        ("?per_page=7", 1, 25),
        ("?per_page=-1", 1, 25),
        ("?per_page=100", 1, 100),
        ("?page=%ff", 1, 25),
    ],
)
def test_paginate_gives_the_nearest_real_page(query, number, size):
    page = paginate(ask(query), list(range(130)))

    assert (page.number, page.paginator.per_page) == (number, size)


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ({}, True),
        ({"HX-Request": "true", "HX-Target": "job-rows"}, False),
        ({"HX-Request": "true", "HX-Target": "other"}, True),
        ({"HX-Request": "true", "HX-Target": "job-rows", "HX-Boosted": "true"}, True),
    ],
)
def test_render_page_answers_whole_or_as_the_fragment_asked_for(headers, whole):
    request = ask(headers=headers)
    context = {"page": paginate(request, []), "has_active": False}

    response = render_page(request, "core/job_list.html", context, fragment="job-rows")

    assert ("<html" in response.content.decode()) is whole
    assert response["Vary"] == "HX-Request"


def test_perform_does_the_deed_and_says_so():
    request, unit = ask(), OrganisationFactory()

    outcome = perform(request, obey, unit, done="已保存。")

    assert outcome == unit
    assert told(request) == [("success", "已保存。")]


def test_perform_of_a_deed_without_outcome_is_true():
    request = ask()

    assert perform(request, obey_in_silence) is True
    assert told(request) == []


def test_perform_tells_and_records_a_refusal():
    request, unit = ask(), OrganisationFactory()

    outcome = perform(request, refuse, unit, done="已保存。")

    record = AuditRecord.objects.get()
    assert outcome is None
    assert told(request) == [("error", "单位不在有效期内，请另选。")]
    assert (record.by, record.verb, record.subject_id) == (
        request.user,
        "tests.refuse",
        str(unit.pk),
    )
    assert (record.outcome, record.reason) == ("refused", "单位不在有效期内，请另选。")


def save_the_same(unit, *, by):
    with transaction.atomic():
        Organisation(name=unit.name, region=unit.region, kind=unit.kind).save()


def test_perform_tells_when_the_database_refuses_a_second_of_the_same():
    request, unit = ask(), OrganisationFactory()

    outcome = perform(request, save_the_same, unit, done="已保存。")

    assert outcome is None
    assert told(request)[0][1].startswith("刚才已有人保存了同样或与此冲突的内容")
    assert AuditRecord.objects.get().outcome == "refused"


class NameForm(forms.Form):
    name = forms.CharField()


@pytest.mark.parametrize(
    ("field", "place"), [("name", "name"), ("other", "__all__"), ("", "__all__")]
)
def test_perform_form_puts_a_refusal_at_its_field(field, place):
    request, form = ask(), NameForm({"name": "甲"})
    form.is_valid()

    outcome = perform_form(request, form, refuse, OrganisationFactory(), field=field)

    assert outcome is None
    assert form.errors == {place: ["单位不在有效期内，请另选。"]}
    assert AuditRecord.objects.get().outcome == "refused"
    assert told(request) == []


def test_perform_form_does_the_deed_and_says_so():
    request, form = ask(), NameForm({"name": "甲"})

    outcome = perform_form(request, form, obey_in_silence, done="已保存。")

    assert outcome is True
    assert told(request) == [("success", "已保存。")]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/jobs/?page=2", "/jobs/?page=2"),
        ("", "/home/"),
        ("jobs/", "/home/"),
        ("https://evil.example/", "/home/"),
        ("http://testserver/jobs/", "/home/"),
        ("//evil.example/", "/home/"),
        ("///evil.example/", "/home/"),
        ("/\\evil.example", "/home/"),
        ("javascript:alert(1)", "/home/"),
        ("\x00/jobs/", "/home/"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_safe_next_stays_on_this_site(method, target, expected):
    request = ask(method=method, next=target)

    assert safe_next(request, "/home/") == expected


def test_file_response_is_a_download_of_its_type():
    response = file_response("单位名册.xlsx", b"PK", "application/zip")

    assert response.content == b"PK"
    assert response["Content-Type"] == "application/zip"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%8D%95%E4%BD%8D%E5%90%8D%E5%86%8C.xlsx"
    )
    assert response["Cache-Control"] == "private, no-store"

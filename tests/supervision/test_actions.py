"""Inspections recorded, findings rectified, checked or sent back."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.errors import RuleError
from core.models import AuditRecord
from supervision import actions
from supervision.actions import FindingFacts, InspectionFacts
from supervision.models import Finding, Inspection
from tests.factories.organisations import OrganisationFactory, UserFactory
from tests.factories.supervision import (
    FindingFactory,
    InspectionFactory,
    checked_finding,
    rectified_finding,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 4, 10)


def facts(*findings, **changed):
    known = {"inspected_on": DAY, "basis": "年度安排", "summary": "查看台账。", **changed}
    return InspectionFacts(**known, findings=findings)


def test_inspection_is_recorded_with_its_findings():
    unit, officer = OrganisationFactory(short_name="甲镇"), UserFactory()
    asked = facts(FindingFacts("台账不全", date(2026, 5, 1)))

    inspection = actions.record_inspection(unit, facts=asked, by=officer)

    assert (inspection.organisation, inspection.recorded_by) == (unit, officer)
    assert [(row.what, row.due_on) for row in inspection.findings.all()] == [
        ("台账不全", date(2026, 5, 1))
    ]
    assert AuditRecord.objects.get().after == {
        "organisation": "甲镇",
        "inspected_on": "2026-04-10",
        "basis": "年度安排",
        "summary": "查看台账。",
        "findings": ["台账不全（2026-05-01）"],
    }


@pytest.mark.parametrize(
    ("asked", "field", "message"),
    [
        (
            facts(inspected_on=timezone.localdate() + timedelta(days=1)),
            "inspected_on",
            "检查日期还没有到，请在检查之后登记。",
        ),
        (
            facts(inspected_on=date(2025, 4, 10)),
            "organisation",
            "“甲镇”在检查当天不在册，请核对单位和日期。",
        ),
        (
            facts(FindingFacts("台账不全", date(2026, 4, 9))),
            "",
            "“台账不全”的整改期限2026年4月9日早于检查日期，请改晚一些。",
        ),
    ],
)
def test_wrong_inspection_is_refused(asked, field, message):
    unit = OrganisationFactory(short_name="甲镇", valid_from=date(2026, 1, 1))

    with pytest.raises(RuleError) as caught:
        actions.record_inspection(unit, facts=asked, by=UserFactory())

    assert (caught.value.field, caught.value.message) == (field, message)
    assert Inspection.objects.count() == 0


def test_change_keeps_what_is_rectified():
    inspection = InspectionFactory()
    kept = FindingFactory(inspection=inspection, what="旧写法")
    dropped = FindingFactory(inspection=inspection)
    settled = rectified_finding(inspection=inspection, what="已整改")
    due = date(2026, 6, 1)
    asked = facts(
        FindingFacts("新写法", due, kept.pk),
        FindingFacts("改不动", due, settled.pk),
        FindingFacts("另加一条", due),
        summary="改过的情况",
    )

    changed = actions.change_inspection(inspection, facts=asked, by=UserFactory())

    assert changed.summary == "改过的情况"
    assert sorted(inspection.findings.values_list("what", flat=True)) == sorted(
        ["新写法", "另加一条", "已整改"]
    )
    assert Finding.objects.filter(pk=dropped.pk).exists() is False
    record = AuditRecord.objects.get()
    assert (record.before["summary"], record.after["summary"]) == (
        "查看阵地和台账，走访两户。",
        "改过的情况",
    )


def test_finding_is_rectified():
    finding, liaison = FindingFactory(), UserFactory()

    done = actions.rectify_finding(finding, rectification=" 已补齐 ", by=liaison)

    assert (done.state, done.rectification, done.rectified_by) == ("rectified", "已补齐", liaison)
    assert done.rectified_on == timezone.localdate()
    assert AuditRecord.objects.get().verb == "supervision.rectify_finding"


def test_finding_is_struck_off():
    finding, officer = rectified_finding(sent_back_reason="还差一点"), UserFactory()

    done = actions.check_finding(finding, by=officer)

    assert (done.state, done.checked_by, done.sent_back_reason) == ("checked", officer, "")


def test_nobody_strikes_off_what_they_rectified_themselves():
    finding = rectified_finding()

    with pytest.raises(RuleError, match="不能给自己填报的整改销号"):
        actions.check_finding(finding, by=finding.rectified_by)


def test_finding_is_sent_back_with_its_words():
    finding = rectified_finding()

    back = actions.send_back_finding(finding, reason="附照片", by=UserFactory())

    assert (back.state, back.rectification, back.sent_back_reason) == ("open", "已补齐。", "附照片")
    record = AuditRecord.objects.get()
    assert (record.verb, record.reason) == ("supervision.send_back_finding", "附照片")


@pytest.mark.parametrize(
    ("deed", "field", "message"),
    [
        (
            lambda by: actions.rectify_finding(FindingFactory(), rectification=" ", by=by),
            "rectification",
            "请写明怎么整改的。",
        ),
        (
            lambda by: actions.send_back_finding(rectified_finding(), reason="", by=by),
            "reason",
            "请写明还要怎么整改。",
        ),
    ],
)
def test_words_are_needed(deed, field, message):
    with pytest.raises(RuleError) as caught:
        deed(UserFactory())

    assert (caught.value.field, caught.value.message) == (field, message)


@pytest.mark.parametrize(
    ("make", "deed", "word"),
    [
        (
            rectified_finding,
            lambda row, by: actions.rectify_finding(row, rectification="又", by=by),
            "待复核",
        ),
        (FindingFactory, lambda row, by: actions.check_finding(row, by=by), "待整改"),
        (checked_finding, lambda row, by: actions.check_finding(row, by=by), "已销号"),
        (
            checked_finding,
            lambda row, by: actions.send_back_finding(row, reason="再看", by=by),
            "已销号",
        ),
    ],
)
def test_second_officer_is_told(make, deed, word):
    finding = make()

    with pytest.raises(RuleError) as caught:
        deed(finding, UserFactory())

    assert caught.value.message == f"这个问题现在是“{word}”，刚有人处理过，请刷新页面看最新情况。"

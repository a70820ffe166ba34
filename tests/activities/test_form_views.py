"""The one page on which an activity is reported."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from activities import actions
from activities.models import Activity
from core.models import AuditRecord
from core.personal_data import personal_data_warnings
from organisations.models.kinds import Kind
from partnerships.models import ContentKind, JointTag
from tests.factories.activities import (
    ActivityFactory,
    AttachmentFactory,
    ParticipationFactory,
    draft_of,
    sent_activity,
    yesterday,
)
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with
from tests.factories.partnerships import pairing_of

pytestmark = pytest.mark.django_db

CREATE = reverse("activities:activity_create")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def unit():
    return OrganisationFactory(short_name="甲镇")


@pytest.fixture
def partner():
    return OrganisationFactory(short_name="乙镇")


@pytest.fixture
def liaison(client, unit):
    user = user_with(Role.LIAISON, unit, name="王芳")
    client.force_login(user)
    return user


@pytest.fixture
def draft(unit, liaison):
    return actions.start_activity(unit, by=liaison)


def url_of(name, activity):
    return reverse(f"activities:{name}", args=[activity.pk])


def typed(activity, *joint, window="mine", **changed):
    """What the browser posts when a liaison has filled everything in."""
    kind = ContentKind.objects.get(form="pairing", name="文体活动")
    data = {
        "version": activity.version,
        "window": window,
        "reporter": activity.reporter_id,
        "title": "民族团结进步文艺汇演",
        "starts_on": str(yesterday()),
        "host": activity.reporter_id,
        "joint_units": [unit.pk for unit in joint],
        "content_kinds": [kind.pk],
        "summary": "两地干部群众同台演出。",
        **changed,
    }
    return {name: value for name, value in data.items() if value is not None}


def told(response):
    return [str(message) for message in response.context["messages"]]


def test_activity_create_opens_the_form_on_an_empty_draft(client, liaison):
    response = client.get(CREATE, follow=True)

    draft = Activity.objects.get()
    assert response.redirect_chain == [(url_of("activity_form", draft), 302)]
    assert response.context["form"]["title"].value() == ""


def test_activity_create_twice_makes_one_draft(client, liaison):
    client.post(CREATE)
    client.get(CREATE)

    assert Activity.objects.count() == 1


def test_activity_create_for_a_partnership_fills_in_its_members(client, liaison, unit, partner):
    pairing = pairing_of(unit, partner)

    client.get(f"{CREATE}?partnership={pairing.pk}")

    facts = actions.facts_of(Activity.objects.get())
    assert (facts["partnerships"], facts["joint_units"]) == ((pairing.pk,), (partner.pk,))


def test_activity_create_reports_for_the_village_that_is_the_member(client, liaison, unit):
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=unit)
    pairing = pairing_of(village, OrganisationFactory())

    client.get(f"{CREATE}?partnership={pairing.pk}")

    assert Activity.objects.get().reporter == village


@pytest.mark.parametrize("wanted", ["abc", "999", "9" * 30, "-1"])
def test_activity_create_survives_a_senseless_partnership(client, liaison, wanted):
    assert client.get(f"{CREATE}?partnership={wanted}").status_code == 302


def test_activity_create_ignores_a_partnership_of_others(client, liaison):
    pairing = pairing_of(OrganisationFactory())

    client.get(f"{CREATE}?partnership={pairing.pk}")

    assert actions.facts_of(Activity.objects.get())["partnerships"] == ()


@pytest.mark.parametrize(
    "role", [Role.OFFICE_STAFF, Role.LEADER, Role.SCORER, Role.OFFICE_DIRECTOR]
)
def test_activity_create_is_for_liaisons(client, role):
    client.force_login(user_with(role))

    assert client.get(CREATE).status_code == 403
    assert Activity.objects.count() == 0


def test_activity_form_offers_earlier_reports_to_copy(client, liaison, unit, partner, draft):
    earlier = ActivityFactory(reporter=unit)

    response = client.get(url_of("activity_form", draft))

    assert response.context["recent"] == [earlier]


def test_activity_form_asks_for_seven_things_and_no_more(client, draft):
    form = client.get(url_of("activity_form", draft)).context["form"]

    assert [name for name, field in form.fields.items() if field.required] == [
        "reporter",
        "title",
        "starts_on",
        "host",
        "joint_units",
        "content_kinds",
        "summary",
    ]


def test_activity_form_presets_the_only_unit(client, draft, unit):
    form = client.get(url_of("activity_form", draft)).context["form"]

    assert form["reporter"].is_hidden is True
    assert form["reporter"].value() == unit.pk


def test_activity_form_offers_a_township_its_villages(client, draft, unit):
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=unit)

    form = client.get(url_of("activity_form", draft)).context["form"]

    assert form["reporter"].is_hidden is False
    assert set(form.fields["reporter"].queryset) == {unit, village}


def test_activity_form_offers_running_and_just_ended_partnerships(client, draft, unit, partner):
    today = timezone.localdate()
    running = pairing_of(unit, partner, name="甲 实施中")
    ended = pairing_of(
        unit, partner, name="乙 刚结束", status="concluded", ends_on=today - timedelta(days=5)
    )
    pairing_of(unit, partner, status="concluded", ends_on=today - timedelta(days=120))
    pairing_of(unit, partner, status="proposed", decided_at=None, decided_by=None)
    pairing_of(partner, OrganisationFactory())

    form = client.get(url_of("activity_form", draft)).context["form"]

    offered = [(row.pk, row.name) for row in form.fields["partnerships"].queryset]
    assert offered == [(ended.pk, "乙 刚结束"), (running.pk, "甲 实施中")]


def test_activity_form_saves_a_draft_without_script(client, draft, unit, partner):
    pairing = pairing_of(unit, partner)
    data = typed(draft, partnerships=[pairing.pk], title="没填完", deed="save", summary=None)

    response = client.post(url_of("activity_form", draft), data, follow=True)

    assert told(response) == ["草稿已保存，可随时回来接着填。"]
    facts = actions.facts_of(Activity.objects.get())
    assert (facts["title"], facts["summary"], facts["joint_units"]) == ("没填完", "", (partner.pk,))


def test_activity_form_sends_a_whole_report(client, draft, unit, partner, liaison):
    tag = JointTag.objects.get(name="活动联办")
    data = typed(
        draft,
        partner,
        place="文化广场",
        head_count="80",
        joint_tags=[tag.pk],
        is_themed="on",
        outcome="办成\r\n两件事",
        deed="submit",
    )

    response = client.post(url_of("activity_form", draft), data, follow=True)

    sent = Activity.objects.get()
    assert response.redirect_chain == [(url_of("activity_detail", sent), 302)]
    assert told(response) == ["已报送，等待旗创建办审核；已请 1 个单位确认参加。"]
    assert (sent.status, sent.submitted_by, sent.head_count) == ("submitted", liaison, 80)
    assert (sent.is_themed, sent.outcome, list(sent.joint_tags.all())) == (
        True,
        "办成\n两件事",
        [tag],
    )


def test_activity_form_sent_for_partners_outside_asks_nobody(client, draft):
    outside = OrganisationFactory(is_external=True)

    response = client.post(
        url_of("activity_form", draft), typed(draft, outside, deed="submit"), follow=True
    )

    assert told(response) == ["已报送，等待旗创建办审核。"]


def test_activity_form_tells_all_that_is_wrong_and_keeps_what_was_typed(client, draft):
    data = {
        "version": 1,
        "window": "mine",
        "reporter": draft.reporter_id,
        "title": "写了名称",
        "starts_on": str(timezone.localdate() + timedelta(days=3)),
        "deed": "submit",
    }

    response = client.post(url_of("activity_form", draft), data)

    assert set(response.context["form"].errors) == {
        "starts_on",
        "host",
        "joint_units",
        "content_kinds",
        "summary",
    }
    saved = Activity.objects.get()
    assert (saved.title, saved.status) == ("写了名称", "draft")
    assert "填的都已存为草稿" in response.content.decode()


def test_activity_form_keeps_all_but_the_malformed_field(client, draft, partner):
    data = typed(
        draft, partner, starts_on="昨天", head_count="-3", summary="长" * 301, deed="submit"
    )

    response = client.post(url_of("activity_form", draft), data)

    assert set(response.context["form"].errors) == {"starts_on", "summary", "head_count"}
    saved = Activity.objects.get()
    assert (saved.title, saved.starts_on, saved.summary) == ("民族团结进步文艺汇演", None, "")


def test_activity_form_refuses_a_unit_that_has_ended(client, draft):
    gone = OrganisationFactory(short_name="旧站", valid_until=date(2025, 12, 31))

    response = client.post(url_of("activity_form", draft), typed(draft, gone, deed="submit"))

    assert response.context["form"].errors["joint_units"] == [
        "“旧站”已于2025年12月31日停用，请选择现在的单位。"
    ]


def test_activity_form_keeps_files_and_tells_of_refused_ones(client, draft, partner):
    program = SimpleUploadedFile("照片.jpg", b"MZ" + bytes(50), "image/jpeg")
    note = SimpleUploadedFile("说明.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")
    data = typed(draft, partner, deed="submit", files=[program, note])

    response = client.post(url_of("activity_form", draft), data)

    assert [line[:12] for line in response.context["form"].file_errors] == ["“照片.jpg”没有上传"]
    assert [row.name for row in draft.attachments.all()] == ["说明.pdf"]
    assert Activity.objects.get().status == "draft"


def test_activity_form_removes_a_file_without_script(client, draft, partner):
    gone, kept = AttachmentFactory(activity=draft), AttachmentFactory(activity=draft)

    client.post(
        url_of("activity_form", draft), typed(draft, partner, deed="save", remove_file=gone.pk)
    )

    assert list(draft.attachments.all()) == [kept]


def test_activity_form_asks_once_about_personal_data(client, draft, partner):
    data = typed(draft, partner, summary="联系电话13912345678。", deed="submit")

    first = client.post(url_of("activity_form", draft), data)
    second = client.post(url_of("activity_form", draft), data | {"deed": "submit_anyway"})

    assert first.context["asks_to_keep"] is True
    assert first.context["warnings"]["summary"] == personal_data_warnings(data["summary"])
    assert second.status_code == 302
    assert Activity.objects.get().status == "submitted"


def test_activity_form_asks_once_about_a_likely_double(client, draft, unit, partner):
    other = ActivityFactory(title="文艺汇演", starts_on=yesterday(), reporter=partner, place="别处")
    ParticipationFactory(activity=other, organisation=unit)
    hidden = ActivityFactory(title="进步文艺汇演", starts_on=yesterday(), reporter=partner)
    ParticipationFactory(activity=hidden, organisation=partner, is_host=True)
    data = typed(draft, partner, title="文艺汇演", deed="submit")

    first = client.post(url_of("activity_form", draft), data)
    plain = client.post(url_of("activity_form", draft), data | {"not_same": [other.pk, hidden.pk]})
    status_before = Activity.objects.get(pk=draft.pk).status
    client.post(
        url_of("activity_form", draft),
        data | {"deed": "submit_anyway", "not_same": [other.pk, hidden.pk, "x"]},
    )

    shown = [(row["double"].activity, row["can_open"]) for row in first.context["doubles"]]
    assert shown == [(other, True), (hidden, False)]
    assert (plain.status_code, status_before) == (200, "draft")
    sent = Activity.objects.get(pk=draft.pk)
    assert (sent.status, set(sent.distinct_from.all())) == ("submitted", {other, hidden})


def test_activity_form_in_a_second_window_shows_both_versions(client, draft, partner, liaison):
    client.post(url_of("activity_form", draft), typed(draft, partner, title="先存的", deed="save"))
    data = typed(draft, window="other", title="后填的", place="东街", deed="save", joint_units=[])

    response = client.post(url_of("activity_form", draft), data)

    rows = [
        (row.name, row.mine, row.saved, row.takes_saved)
        for row in response.context["conflict"]["rows"]
    ]
    assert response.status_code == 409
    assert rows == [
        ("title", "后填的", "先存的", False),
        ("place", "东街", "（空）", False),
        ("joint_units", "（空）", "乙镇", True),
    ]
    assert response.context["conflict"]["by"] == liaison
    assert response.context["form"]["title"].value() == "后填的"
    assert Activity.objects.get().title == "先存的"


@pytest.mark.parametrize("name", ["activity_form", "activity_autosave"])
def test_two_versions_preselect_what_this_window_changed(client, draft, partner, name):
    client.post(url_of("activity_form", draft), typed(draft, place="西街", deed="save"))
    mine, theirs = (client.get(url_of("activity_form", draft)).context["form"] for _ in "ab")
    opened = Activity.objects.get()
    saved = typed(opened, title="对方改的", place="对方也改", head_count="9")
    client.post(
        url_of("activity_form", draft), saved | {"window": theirs["window"].value(), "deed": "save"}
    )

    data = typed(opened, place="我改的", summary="", window=mine["window"].value(), deed="save")
    response = client.post(url_of(name, draft), data | {"base": mine["base"].value()})

    rows = response.context["conflict"]["rows"]
    assert {row.name: row.takes_saved for row in rows} == {
        "title": True,
        "place": False,
        "head_count": True,
        "summary": False,
    }


def test_activity_autosave_renews_what_the_window_began_with(client, draft):
    response = client.post(url_of("activity_autosave", draft), typed(draft), headers=HTMX)

    fresh = client.get(url_of("activity_form", draft)).context["form"]["base"].value()
    assert f'name="base" value="{fresh}"' in response.content.decode()


def test_activity_form_saves_what_was_picked_of_two_versions(client, draft, partner):
    client.post(url_of("activity_form", draft), typed(draft, partner, title="先存的", deed="save"))
    seen = Activity.objects.get().version
    data = typed(
        draft,
        window="other",
        title="后填的",
        place="东街",
        joint_units=[],
        deed="resolve",
        seen_version=seen,
        pick_title="mine",
        pick_place="mine",
        pick_joint_units="saved",
    )

    response = client.post(url_of("activity_form", draft), data)

    facts = actions.facts_of(Activity.objects.get())
    assert response.status_code == 302
    assert (facts["title"], facts["place"], facts["joint_units"]) == (
        "后填的",
        "东街",
        (partner.pk,),
    )


@pytest.mark.parametrize("seen", ["1", "", "x", "9" * 20])
def test_activity_form_resolving_an_older_conflict_is_told_anew(client, draft, partner, seen):
    client.post(url_of("activity_form", draft), typed(draft, partner, title="先存的", deed="save"))
    data = typed(
        draft, window="other", title="后填的", deed="resolve", seen_version=seen, pick_title="mine"
    )

    assert client.post(url_of("activity_form", draft), data).status_code == 409


def test_activity_form_takes_the_saved_version(client, draft, partner):
    client.post(url_of("activity_form", draft), typed(draft, partner, title="先存的", deed="save"))

    response = client.post(
        url_of("activity_form", draft),
        typed(draft, window="other", title="后填的", deed="take_saved"),
        follow=True,
    )

    assert told(response)[-1] == "已改用保存的内容。"
    assert response.context["form"]["title"].value() == "先存的"


@pytest.mark.parametrize("name", ["reporter", "host", "is_themed", "starts_on", "joint_tags"])
def test_two_versions_are_compared_in_words(client, liaison, unit, partner, name):
    village = OrganisationFactory(
        short_name="东明村", kind=Kind.VILLAGE, superior=unit, region__parent=unit.region
    )
    tag = JointTag.objects.get(name="活动联办")
    other = {
        "reporter": ({"reporter": village.pk}, "甲镇", "第"),
        "host": ({"host": partner.pk}, "甲镇", "乙镇"),
        "is_themed": ({"is_themed": True}, "否", "是"),
        "starts_on": ({"starts_on": date(2026, 5, 1)}, None, "2026年5月1日"),
        "joint_tags": ({"joint_tags": (tag.pk,)}, "（空）", "活动联办"),
    }[name]
    draft = draft_of(unit, partner, by=liaison)
    actions.save_draft(draft, facts=other[0], version=draft.version, window="theirs", by=liaison)

    response = client.post(
        url_of("activity_form", draft), typed(draft, partner, window="mine", deed="save")
    )

    row = next(row for row in response.context["conflict"]["rows"] if row.name == name)
    assert row.saved.startswith(other[2])
    assert other[1] is None or row.mine == other[1]


def test_activity_form_of_a_sent_report_leads_to_it(client, unit, partner, liaison):
    sent = sent_activity(unit, partner, by=liaison)

    shown = client.get(url_of("activity_form", sent))
    posted = client.post(url_of("activity_form", sent), typed(sent, deed="save"))

    assert shown.url == url_of("activity_detail", sent)
    assert posted.status_code == 403


def test_activity_form_says_why_a_report_was_returned(client, unit, partner, liaison):
    sent = sent_activity(unit, partner, by=liaison)
    actions.return_activity(sent, reason="地点写到嘎查村", by=UserFactory())

    response = client.get(url_of("activity_form", sent))

    assert "退回原因：地点写到嘎查村" in response.content.decode()


@pytest.mark.parametrize("name", ["activity_form", "activity_autosave"])
@pytest.mark.parametrize(
    ("who", "status"), [("partner", 404), ("stranger", 404), ("staff", 403), ("leader", 403)]
)
def test_draft_is_written_in_by_its_unit_alone(client, unit, partner, draft, name, who, status):
    users = {
        "partner": lambda: user_with(Role.LIAISON, partner),
        "stranger": lambda: user_with(Role.LIAISON, OrganisationFactory()),
        "staff": lambda: user_with(Role.OFFICE_STAFF),
        "leader": lambda: user_with(Role.LEADER),
    }
    client.force_login(users[who]())

    response = client.post(url_of(name, draft), typed(draft, title="改"))

    assert response.status_code == status
    assert Activity.objects.get().title == ""


def test_activity_autosave_answers_with_time_and_version(client, draft):
    data = typed(draft, title="边填")

    response = client.post(url_of("activity_autosave", draft), data, headers=HTMX)

    saved = Activity.objects.get()
    page = response.content.decode()
    assert saved.title == "边填"
    assert f"草稿已保存 {timezone.localtime(saved.saved_at):%H:%M}" in page
    assert f'name="version" value="{saved.version}"' in page
    assert response.context["has_new_units"] is False


REFUSED = [
    ("持证11010519491231002X", "含身份证号，未存入草稿，请删去。"),
    ("持证110105194912310021", "含疑似身份证号，未存入草稿，请删去。"),
    ("李娜（蒙古族），13912345678", "含某个人的民族、个人手机号，未存入草稿，请删去。"),
    ("长" * 500, "超出 200 字，未存入草稿，请删减到 300 字以内。"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_activity_autosave_keeps_back_what_may_not_be_kept(client, draft, text, why):
    client.post(url_of("activity_autosave", draft), typed(draft), headers=HTMX)

    response = client.post(
        url_of("activity_autosave", draft),
        typed(draft, place="东街", summary=text),
        headers=HTMX,
    )

    saved = Activity.objects.get()
    assert (saved.summary, saved.place) == ("两地干部群众同台演出。", "东街")
    assert f"活动概况{why}已保存其余内容。" in response.content.decode()
    assert response.context["warnings"]["summary"] == [why, *personal_data_warnings(text)]


@pytest.mark.parametrize("deed", ["save", "submit"])
@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_activity_form_keeps_back_what_may_not_be_kept(client, draft, partner, text, why, deed):
    response = client.post(
        url_of("activity_form", draft), typed(draft, partner, outcome=text, deed=deed)
    )

    saved = Activity.objects.get()
    page = response.content.decode()
    assert (saved.outcome, saved.title) == ("", "民族团结进步文艺汇演")
    assert saved.status == "draft"
    assert response.context["form"].errors == {"outcome": [why]}
    assert f"实际成效：{why}" in page
    assert f"<span>实际成效{why}</span>" in page
    assert "其余填的都已存为草稿" in page
    assert response.context["form"]["outcome"].value() == text


def test_activity_form_never_sends_an_identity_number(client, draft, partner):
    data = typed(draft, partner, outcome="持证11010519491231002X", deed="submit_anyway")

    response = client.post(url_of("activity_form", draft), data)

    assert response.context["asks_to_keep"] is False
    saved = Activity.objects.get()
    assert (saved.status, saved.outcome) == ("draft", "")


def test_activity_form_keeps_what_the_writer_agreed_to(client, draft, partner):
    text = "联系电话13912345678。"
    data = typed(draft, summary=text, deed="submit_anyway")

    client.post(url_of("activity_form", draft), data)
    client.post(url_of("activity_autosave", draft), data | {"deed": "", "place": "东街"})

    saved = Activity.objects.get()
    assert (saved.status, saved.summary, saved.place) == ("draft", text, "东街")


def test_activity_form_says_how_a_draft_is_kept_without_script(client, draft):
    page = client.get(url_of("activity_form", draft)).content.decode()

    assert '<span class="js-only">边填边存为草稿</span>' in page
    assert "<noscript>填好后按“保存草稿”</noscript>" in page


def test_activity_form_lets_the_browser_cut_nothing(client, draft):
    page = client.get(url_of("activity_form", draft)).content.decode()

    assert 'data-counter="300"' in page
    assert 'maxlength="300"' not in page


def test_activity_autosave_brings_the_members_of_a_partnership(client, draft, unit, partner):
    pairing = pairing_of(unit, partner)

    response = client.post(
        url_of("activity_autosave", draft), typed(draft, partnerships=[pairing.pk]), headers=HTMX
    )

    assert response.context["has_new_units"] is True
    assert response.context["form"]["joint_units"].value() == [str(partner.pk)]


def test_activity_autosave_tells_what_it_did_not_save(client, draft):
    response = client.post(
        url_of("activity_autosave", draft), typed(draft, starts_on="昨天"), headers=HTMX
    )

    assert "已保存其余内容；“开始日期”填得不对，没有保存。" in response.content.decode()
    assert Activity.objects.get().title == "民族团结进步文艺汇演"


def test_activity_autosave_in_a_second_window_is_told(client, draft, partner):
    client.post(url_of("activity_autosave", draft), typed(draft, title="先存的"), headers=HTMX)

    response = client.post(
        url_of("activity_autosave", draft),
        typed(draft, window="other", title="后填的", pick_title="saved"),
        headers=HTMX,
    )

    assert response.status_code == 409
    assert [row.takes_saved for row in response.context["conflict"]["rows"]] == [True]
    assert Activity.objects.get().title == "先存的"


def test_activity_autosave_of_a_report_sent_meanwhile_is_forbidden(client, unit, partner, liaison):
    sent = sent_activity(unit, partner, by=liaison)

    response = client.post(url_of("activity_autosave", sent), typed(sent), headers=HTMX)

    assert response.status_code == 403


@pytest.mark.parametrize(
    "junk",
    [
        {"version": "x", "window": "w" * 99},
        {"base": "title:,:,x:y:z", "version": "0"},
        {"reporter": "9" * 40, "host": "-1", "joint_units": ["x", "1e9"]},
        {"partnerships": ["x"], "content_kinds": ["9" * 30], "joint_tags": ["\x00"]},
        {"head_count": "1e400", "starts_on": "9999-99-99", "title": "名\x00称"},
        {"title": None, "deed": "nonsense", "pick_title": "saved", "remove_file": "x"},
    ],
)
@pytest.mark.parametrize("name", ["activity_form", "activity_autosave"])
def test_activity_form_survives_any_body(client, draft, name, junk):
    response = client.post(url_of(name, draft), typed(draft, **junk))

    assert response.status_code in (200, 302, 409)


def test_activity_copy_starts_a_new_draft(client, unit, partner, liaison):
    earlier = sent_activity(unit, partner, by=liaison, title="每月宣讲")

    response = client.post(url_of("activity_copy", earlier), follow=True)

    draft = Activity.objects.exclude(pk=earlier.pk).get()
    assert response.redirect_chain == [(url_of("activity_form", draft), 302)]
    assert told(response) == ["已复制“每月宣讲”；日期、人数、成效和附件请重新填。"]


def test_activity_copy_of_another_units_report_is_refused(client, unit, partner, liaison):
    sent = sent_activity(unit, partner, by=liaison)
    client.force_login(user_with(Role.LIAISON, partner))

    assert client.post(url_of("activity_copy", sent)).status_code == 403


def test_activity_delete_asks_once_and_says_what_goes(client, unit, partner, liaison):
    draft = draft_of(unit, partner, by=liaison)
    AttachmentFactory(activity=draft)

    asked = client.get(url_of("activity_delete", draft))
    done = client.post(url_of("activity_delete", draft), follow=True)

    assert asked.context["facts"] == [{"figure": 1, "unit": "个", "label": "附件"}]
    assert told(done) == ["草稿已删除。"]
    assert Activity.objects.count() == 0


def test_activity_delete_of_a_sent_report_is_refused(client, unit, partner, liaison):
    sent = sent_activity(unit, partner, by=liaison)

    assert client.post(url_of("activity_delete", sent)).status_code == 403
    assert AuditRecord.objects.filter(verb="activities.delete_draft").count() == 0

"""The public notice of results: opened once, seen by all while it is on, final after it."""

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.rights import Role
from assessment import actions
from assessment.models import ResultNotice, Scheme, Score, ScoreObjection
from assessment.papers import notice_letter
from assessment.published import PublishedRow
from assessment.rules.arithmetic import show
from core.errors import RuleError
from organisations.models.kinds import Kind
from tests.factories.assessment import (
    balanced,
    computed,
    end_notice,
    finished,
    objection_to,
    on_notice,
    scored_scheme,
)
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db
Status = Scheme.Status
QUERIES = 10


@pytest.fixture
def director():
    return user_with(Role.OFFICE_DIRECTOR)


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture(autouse=True)
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


def approved_run(director):
    run = balanced(scored_scheme())
    run.scheme = actions.approve_results(run.scheme, by=director)
    return run


def page(notice, name="notice_detail", *more):
    return reverse(f"assessment:{name}", args=[notice.pk, *more])


def test_open_notice_counts_working_days(director):
    run = approved_run(director)
    Scheme.objects.update(approved_at=timezone.now() - timedelta(days=900))
    # 2024-09-30 is a Monday; the first to the seventh of October are holidays, the twelfth works.
    notice = actions.open_notice(
        run.scheme, starts_on=date(2024, 9, 30), office=office(), phone="0475-1", by=director
    )

    assert (notice.ends_on, notice.working_days, notice.run) == (date(2024, 10, 11), 5, run)
    assert Scheme.objects.get().status == Status.NOTICE


@pytest.mark.parametrize(("days", "words"), [(-1, "不能早于审定日期"), (31, "离今天超过 30 天")])
def test_open_notice_refuses_odd_days(director, days, words):
    run = approved_run(director)
    starts_on = timezone.localdate() + timedelta(days=days)

    with pytest.raises(RuleError, match=words):
        actions.open_notice(run.scheme, starts_on=starts_on, office=office(), by=director)


def test_open_notice_once_and_only_of_what_is_approved(director):
    run = on_notice()

    with pytest.raises(RuleError, match="方案现在是“公示中”"):
        actions.open_notice(
            run.scheme, starts_on=timezone.localdate(), office=office(), by=director
        )


def test_a_notice_cannot_end_before_it_begins():
    run = on_notice()
    notice = ResultNotice.objects.get(run=run)

    with pytest.raises(IntegrityError):
        ResultNotice.objects.update(ends_on=notice.starts_on - timedelta(days=1))


def test_nothing_is_computed_or_taken_back_during_the_notice(staff, director):
    run = on_notice()

    with pytest.raises(RuleError, match="不能计算评分"):
        actions.start_run(run.scheme, by=staff)
    with pytest.raises(RuleError, match="方案现在是“公示中”"):
        actions.reopen_scoring(run.scheme, reason="再看", by=director)


def test_finish_scheme_waits_for_the_last_day_and_all_answers(staff):
    run = on_notice()
    notice = ResultNotice.objects.get()
    objection = objection_to(run)
    on_last_day = actions.unfinished_reason(run.scheme, notice.ends_on)
    after = actions.unfinished_reason(run.scheme, notice.ends_on + timedelta(days=1))

    assert (on_last_day[:3], after) == ("公示到", "还有 1 条异议没有答复，答复并确认后才能定稿。")
    end_notice(run.scheme)
    with pytest.raises(RuleError, match="还有 1 条异议没有答复"):
        actions.finish_scheme(run.scheme, by=staff)
    actions.withdraw_objection(objection, by=objection.filed_by)
    final = actions.finish_scheme(run.scheme, by=staff)
    assert (final.status, final.finished_by, final.finished_at is not None) == (
        Status.FINAL, staff, True,
    )  # fmt: skip


def test_finish_scheme_needs_a_notice(staff, director):
    run = approved_run(director)

    with pytest.raises(RuleError, match="方案现在是“已审定”"):
        actions.finish_scheme(run.scheme, by=staff)


def stranger():
    """A liaison of another county."""
    far = RegionFactory(code="150521100000", name="远镇")
    return user_with(Role.LIAISON, OrganisationFactory(region=far))


@pytest.mark.parametrize(
    ("who", "before", "since"),
    [
        (lambda: user_with(Role.OFFICE_STAFF), 200, 200),
        (lambda: user_with(Role.LEADER), 200, 200),
        (lambda: user_with(Role.LIAISON, OrganisationFactory()), 404, 200),
        (lambda: user_with(Role.SCORER, OrganisationFactory()), 404, 200),
        (stranger, 404, 404),
    ],
    ids=["staff", "leader", "liaison", "scorer", "other county"],
)
def test_notice_detail_is_for_the_whole_county_from_its_first_day(client, who, before, since):
    run = on_notice(starts_on=timezone.localdate() + timedelta(days=1))
    notice = ResultNotice.objects.get(run=run)
    client.force_login(who())

    found = [client.get(page(notice)).status_code]
    for ends_in in (3, -1):
        day = timezone.localdate() + timedelta(days=ends_in)
        ResultNotice.objects.update(starts_on=min(day, timezone.localdate()), ends_on=day)
        found.append(client.get(page(notice)).status_code)

    assert found == [before, since, since]


def test_notice_detail_says_that_it_is_over(client, townships):
    run = on_notice()
    end_notice(run.scheme)
    client.force_login(user_with(Role.LIAISON, townships[0]))

    response = client.get(page(ResultNotice.objects.get()))

    assert (response.context["is_over"], "公示已结束" in response.text) == (True, True)
    assert "打开本单位考核表" not in response.text


@pytest.mark.parametrize("item_count", [1, 3])
def test_notice_detail_takes_the_same_queries(client, django_assert_num_queries, item_count):
    for _ in range(item_count - 1):
        OrganisationFactory(region=RegionFactory())
    on_notice()
    notice = ResultNotice.objects.get()
    client.force_login(user_with(Role.LEADER))

    with django_assert_num_queries(QUERIES):
        response = client.get(page(notice))

    assert [len(block["rows"]) for block in response.context["groups"]] == [item_count + 1]


def test_notice_detail_begins_with_the_own_units_of_a_liaison(client, townships):
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=townships[1])
    run = on_notice()
    scores = {score.organisation_id: score for score in run.scores.all()}
    found = []
    for user in (user_with(Role.LIAISON, townships[1]), user_with(Role.LEADER)):
        client.force_login(user)
        found.append(client.get(page(ResultNotice.objects.get())))

    shown = [
        [[row["score"] for row in one.context[part]] for part in ("own_rows", "village_rows")]
        for one in found
    ]
    assert shown == [[[scores[townships[1].pk]], [scores[village.pk]]], [[], []]]
    address = reverse("assessment:score_detail", args=[scores[townships[1].pk].pk])
    assert address in found[0].text


def test_notice_detail_finds_units_by_name(client, townships):
    on_notice()
    client.force_login(user_with(Role.LEADER))
    address = page(ResultNotice.objects.get())

    found = client.get(address, {"q": f" {townships[0].short_name} "})
    none = client.get(address, {"q": "没有这家"})

    shown = [
        row["score"].organisation for block in found.context["groups"] for row in block["rows"]
    ]
    assert (shown, found.context["is_open"]) == ([townships[0]], True)
    assert (none.context["groups"], "名单共 2 家" in none.text) == ([], True)


@pytest.mark.parametrize(("units", "is_open"), [(30, True), (31, False)])
def test_a_long_list_is_folded_by_group(client, units, is_open):
    for _ in range(units - 2):
        OrganisationFactory(region=RegionFactory())
    on_notice()
    client.force_login(user_with(Role.LEADER))

    response = client.get(page(ResultNotice.objects.get()))

    assert (response.context["units"], response.context["is_open"]) == (units, is_open)


def test_notice_open_asks_for_day_and_office(client, director):
    run = approved_run(director)
    url = reverse("assessment:notice_open", args=[run.scheme_id])
    opener = user_with(Role.OFFICE_DIRECTOR, work_phone="0475-4212345")
    client.force_login(opener)
    asked = client.get(url).context["form"]

    faulty = client.post(url, {"starts_on": "2020-01-01", "office": office().pk})
    done = client.post(url, {"starts_on": timezone.localdate(), "office": office().pk})

    notice = ResultNotice.objects.get()
    assert asked.initial == {"office": office().pk, "phone": "0475-4212345"}
    assert (faulty.status_code, done.url, notice.opened_by) == (422, page(notice), opener)


@pytest.mark.parametrize(
    ("approved_before", "day", "words"),
    [
        (9, -10, "公示开始日期不能早于审定日期"),
        (9, -1, "公示开始日期不能早于今天"),
        (9, 31, "公示开始日期离今天超过 30 天，请核对。"),
    ],
    ids=["before-approval", "past", "far"],
)
def test_notice_open_says_what_is_wrong_with_day_and_phone_at_once(
    client, director, approved_before, day, words
):
    run = approved_run(director)
    today = timezone.localdate()
    Scheme.objects.update(approved_at=timezone.now() - timedelta(days=approved_before))
    client.force_login(user_with(Role.OFFICE_DIRECTOR))
    facts = {"office": office().pk, "phone": "13804750123", "starts_on": today + timedelta(day)}

    answer = client.post(reverse("assessment:notice_open", args=[run.scheme_id]), facts)

    errors = answer.context["form"].errors
    assert (answer.status_code, sorted(errors)) == (422, ["phone", "starts_on"])
    assert errors["starts_on"][0].startswith(words)
    assert ResultNotice.objects.count() == 0


def test_notice_open_is_for_the_county_s_own_office(client, director):
    run = approved_run(director)
    elsewhere = RegionFactory(code="150521000000", name="科左中旗", level="county")
    client.force_login(user_with(Role.OFFICE_DIRECTOR, OrganisationFactory(region=elsewhere)))

    answer = client.get(reverse("assessment:notice_open", args=[run.scheme_id]))

    assert answer.status_code == 404


def test_the_paper_names_period_and_where_to_object(townships):
    run = on_notice()
    ResultNotice.objects.update(
        starts_on=date(2026, 12, 28), ends_on=date(2027, 1, 4), phone="0475-4212345"
    )

    letter = notice_letter(
        ResultNotice.objects.for_list().get(run=run), user_with(Role.OFFICE_STAFF)
    )

    assert letter.title == "关于2026年度“联创共建”考核结果的公示"
    assert letter.attachments == ("2026年度“联创共建”考核结果名单",)
    assert [paragraph.text for paragraph in letter.body[1:]] == [
        "一、公示时间",
        "2026年12月28日至2027年1月4日，共5个工作日。",
        "二、异议提出",
        "被考核单位对本单位得分有异议的，请在公示期内由联络员在平台本单位考核表上逐项提出，"
        "写明理由并附依据，奈曼旗创建办核查后书面答复。联系电话：0475-4212345。",
    ]
    assert (letter.signer, letter.signed_on) == ("奈曼旗创建办", date(2026, 12, 28))


def test_notice_paper_as_workbook_and_as_pdf(client, townships):
    run = on_notice()
    notice = ResultNotice.objects.get(run=run)
    client.force_login(user_with(Role.SCORER))

    book = openpyxl.load_workbook(
        io.BytesIO(client.get(page(notice, "notice_paper", "xlsx")).content)
    )
    pdf = client.get(page(notice, "notice_paper", "pdf"))
    odd = client.get(page(notice, "notice_paper", "doc"))

    rows = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=4)]
    assert rows[0] == ["考核分组", "单位", "总分", "等次", "否决", "更正"]
    assert sorted(row[1] for row in rows[1:]) == sorted(unit.short_name for unit in townships)
    assert (pdf.content[:5], pdf["Content-Type"], odd.status_code) == (
        b"%PDF-", "application/pdf", 404,
    )  # fmt: skip


def test_scheme_detail_tells_the_way_and_the_next_step(client, director, staff):
    run = scored_scheme()
    url = reverse("assessment:scheme_detail", args=[run.scheme_id])

    def seen_by(user):
        client.force_login(user)
        context = client.get(url).context
        now = next((stage.label for stage in context["way"] if stage.state == "now"), None)
        deed = context["deed"]
        return now, deed and (deed.label, bool(deed.url), bool(deed.reason))

    told = [seen_by(staff), seen_by(director), seen_by(user_with(Role.LIAISON))]
    balanced(run)
    told += [seen_by(staff), seen_by(director)]
    actions.approve_results(run.scheme, by=director)
    told += [seen_by(staff), seen_by(director)]
    actions.open_notice(run.scheme, starts_on=timezone.localdate(), office=office(), by=director)
    told += [seen_by(staff), seen_by(director)]
    end_notice(run.scheme)
    told += [seen_by(staff)]
    actions.finish_scheme(run.scheme, by=staff)
    told += [seen_by(staff)]

    assert told == [
        ("组内平衡", ("组内平衡", True, False)),
        ("组内平衡", ("审定结果", False, True)),
        ("组内平衡", None),
        ("审定", None),
        ("审定", ("审定结果", True, False)),
        ("公示", ("公示结果", True, False)),
        ("公示", ("公示结果", True, False)),
        ("公示", ("公示期满，定稿", False, True)),
        ("公示", None),
        ("公示", ("公示期满，定稿", True, False)),
        (None, None),
    ]


def test_scheme_detail_says_why_results_are_stale(client, director, staff):
    run = scored_scheme()
    Scheme.objects.update(entered_at=timezone.now())
    url = reverse("assessment:scheme_detail", args=[run.scheme_id])
    client.force_login(staff)
    compute = client.get(url).context["deed"]
    client.force_login(director)
    waits = client.get(url).context["deed"]

    assert (compute.label, compute.is_post) == ("重新计算", True)
    assert "重新计算后再平衡" in waits.reason


def test_scheme_detail_says_why_who_took_part_may_not_approve(client):
    run = balanced(scored_scheme())
    author = run.scheme.created_by
    AssignmentFactory(user=author, organisation=office(), role=Role.OFFICE_DIRECTOR)
    client.force_login(author)

    deed = client.get(reverse("assessment:scheme_detail", args=[run.scheme_id])).context["deed"]

    assert (deed.url, deed.reason) == (
        "", "您起草、评分、登记否决或计算过这份结果，要由另一位负责人审定。",
    )  # fmt: skip


def test_published_scheme_asks_for_the_first_run(client, staff):
    run = scored_scheme()
    Scheme.objects.update(status=Status.PUBLISHED)
    run.delete()
    client.force_login(staff)

    deed = client.get(reverse("assessment:scheme_detail", args=[run.scheme_id])).context["deed"]

    assert (deed.label, deed.is_post) == ("计算评分", True)


def test_final_results_stay_final(staff):
    run = finished(on_notice())

    with pytest.raises(RuleError, match="不能计算评分"):
        computed(run.scheme, staff)


def test_the_page_of_a_final_scheme_links_the_closed_notice(client):
    run = on_notice()
    url = reverse("assessment:scheme_detail", args=[run.scheme_id])
    readers = [user_with(Role.LIAISON), user_with(Role.SCORER), user_with(Role.OFFICE_STAFF)]

    def linked():
        found = []
        for user in readers:
            client.force_login(user)
            found.append(page(run.scheme.notice) in client.get(url).content.decode())
        return found

    while_on = linked()
    finished(run)

    assert (while_on, linked()) == ([True, True, True], [True, True, True])


@pytest.fixture
def corrected(director, staff):
    """A notice after an objection that gave the first unit one more point."""
    run = on_notice()
    objection = objection_to(run)
    actions.draft_answer(
        objection, is_upheld=True, answer="确应计入", points_after=Decimal(16), by=staff
    )
    actions.confirm_answer(ScoreObjection.objects.for_list().get(), by=director)
    return run.scores.get(organisation=objection.organisation)


def test_notice_keeps_the_list_and_marks_what_was_corrected_since(client, corrected):
    notice = ResultNotice.objects.get()
    client.force_login(user_with(Role.LIAISON))

    response = client.get(page(notice))

    rows = {
        row["score"].pk: (row["score"].total, row["correction"])
        for block in response.context["groups"]
        for row in block["rows"]
    }
    words = f"更正后 {show(corrected.total + 1)}"
    assert rows.pop(corrected.pk) == (corrected.total, words)
    assert [correction for _total, correction in rows.values()] == [""]
    assert words in response.content.decode()
    assert "以更正后的为准" in response.content.decode()


def test_papers_of_the_notice_mark_what_was_corrected_since(client, corrected):
    notice = ResultNotice.objects.get()
    client.force_login(user_with(Role.LIAISON))
    words = f"更正后 {show(corrected.total + 1)}"

    content = client.get(page(notice, "notice_paper", "xlsx")).content
    pdf = client.get(page(notice, "notice_paper", "pdf")).content

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    told = next(line for line in lines if line[1] == corrected.unit_label)
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages)
    assert (told[2], told[5]) == (corrected.total, words)
    assert "以更正后的为准" in lines[1][0]
    tight = text.replace(" ", "").replace("\n", "")
    # A column of its own: what stands now is behind the grade and not in the total's cell.
    told_now = f"{show(corrected.total)}{corrected.grade}{show(corrected.total + 1)}"
    assert ("总分等次否决更正后" in tight, told_now in tight) == (True, True)
    assert "以更正后的为准" in text.replace("\n", "")


def test_units_see_no_correction_later_than_the_notice(client, corrected):
    """It was never public; who looks over the county sees it, on the page and in the papers."""
    end_notice(corrected.run.scheme)
    words = f"更正后 {show(corrected.total + 1)}"
    shown = []
    for user in (user_with(Role.LIAISON), user_with(Role.SCORER), user_with(Role.LEADER)):
        client.force_login(user)
        content = client.get(page(ResultNotice.objects.get(), "notice_paper", "xlsx")).content
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = {cell.value for row in sheet.iter_rows() for cell in row}
        on_page = client.get(page(ResultNotice.objects.get())).text
        shown.append((words in on_page, words in cells))

    assert shown == [(False, False), (False, False), (True, True)]


def test_a_correction_that_changes_the_grade_alone_is_told_too():
    row = PublishedRow(Score(), grade_now="优秀")

    assert row.correction == "更正后 优秀"


UNKNOWN = "的放假调休安排还没有录入"


def test_notice_open_says_which_year_s_rest_days_are_not_known(client, director, settings):
    run = approved_run(director)
    Scheme.objects.filter(pk=run.scheme_id).update(notice_days=600)
    url = reverse("assessment:notice_open", args=[run.scheme_id])
    client.force_login(director)

    told = client.get(url)
    this_year = timezone.localdate().year
    settings.REST_DAYS = frozenset(date(this_year + n, 1, 1) for n in range(4))
    known = client.get(url)

    assert UNKNOWN in told.context["caution"]
    assert told.context["caution"] in told.text
    assert known.context["caution"] == ""


@pytest.mark.parametrize(
    ("role", "years"),
    [(Role.OFFICE_STAFF, "2999年"), (Role.LEADER, "")],
    ids=["staff", "leader"],
)
def test_notice_detail_tells_the_office_that_rest_days_are_not_known(client, role, years):
    notice = on_notice().scheme.notice
    days = {"starts_on": date(2999, 1, 4), "ends_on": date(2999, 1, 8)}
    ResultNotice.objects.filter(pk=notice.pk).update(**days)
    client.force_login(user_with(role))

    response = client.get(page(notice))

    assert response.context["caution"].partition(UNKNOWN)[0] == years

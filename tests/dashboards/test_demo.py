"""The demonstration year: made whole from a seed, shown as such, removed without a rest."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.rights import Role
from activities.models import (
    Activity,
    Attachment,
    CollectionWindow,
    NewsItem,
    Participation,
    ShowcaseCase,
    WindowAnswer,
)
from activities.rules import faults_of, report_of
from alliances.models import IndustryLinkage
from assessment.metrics import METRICS, MetricQuery
from assessment.models import ImportedValue, Rehearsal, Run, Scheme, Veto
from core import audit, demo
from core.errors import RuleError
from core.models import AuditRecord, DemoYear, ImportRun, Job, RememberedMapping
from core.personal_data import find_personal_data
from dashboards.demo import ACCOUNTS, build_demo, remove_demo
from dashboards.demo.stage import demo_year
from dashboards.waiting import todos_of
from demonstrations import actions as title_actions
from demonstrations.models import StandardSite, Title, TitleDecision, TitleNotice, TitleObjection
from organisations.actions import load_register
from organisations.actions.changes import (
    NewUnit,
    Paper,
    merge_organisations,
    rename_organisation,
)
from organisations.models import (
    Assignment,
    Booking,
    Contact,
    Organisation,
    OrganisationChange,
    Region,
    Resource,
)
from pairings.models import Pairing, PairingType
from partnerships.models import Form, Member, Partnership
from rewards.models import Allocation, RewardPlan
from supervision.models import Finding, Inspection
from tests.factories.activities import ActivityFactory, ParticipationFactory
from tests.factories.organisations import user_with
from tests.imports import REGISTER as REGISTER_LEDGER
from tests.imports import bring, save

YEAR = demo_year(timezone.localdate())
REGISTER = [Contact, OrganisationChange, Resource, Booking]
PROGRAMME = [
    *REGISTER,
    Partnership,
    Activity,
    Inspection,
    CollectionWindow,
    ShowcaseCase,
    NewsItem,
    Scheme,
    RewardPlan,
    Title,
    TitleNotice,
    StandardSite,
    Job,
]


@pytest.fixture(scope="module")
def made_year(django_db_setup, django_db_blocker):
    """Made once for this module, and taken out of the test database after it."""
    with django_db_blocker.unblock():
        load_register(by=None)
        build_demo()
    yield
    with django_db_blocker.unblock():
        remove_demo()
        for model in (AuditRecord, User, Organisation, Region):
            model.objects.order_by("-pk")._raw_delete(model.objects.db)
        demo.forget()


@pytest.fixture
def year(made_year, db):
    return YEAR


def test_build_demo_has_resources_with_bookings_in_all_states(year):
    states = set(Booking.objects.values_list("status", flat=True))
    waiting = Booking.objects.waiting().with_answerer()

    assert states == set(Booking.Status.values)
    assert set(waiting.values_list("has_answerer", flat=True)) == {True}
    assert Resource.objects.filter(is_open=False).count() == 1
    assert set(Contact.objects.values_list("organisation__kind", flat=True)) <= {
        "village",
        "community",
    }


def test_build_demo_has_a_rename_and_a_merger_by_document(year):
    renamed, merged = OrganisationChange.objects.order_by("effective_on", "pk").for_list()

    assert [(c.kind, c.document_number) for c in (renamed, merged)] == [
        ("renamed", f"演示民政函〔{year}〕3号"),
        ("merged", f"演示民政函〔{year}〕7号"),
    ]
    assert set(merged.passed) >= {"partnerships.memberships"}
    ended = Organisation.objects.get(valid_until__isnull=False)
    assert ended.successor.short_name == "演示社会组织·志愿服务协会"


def test_build_demo_has_partnerships_of_all_sorts(year):
    shown = set(Partnership.objects.values_list("form", "status"))

    assert set(Partnership.objects.values_list("status", flat=True)) == set(
        Partnership.Status.values
    )
    assert {form for form, status in shown if status == "active"} == set(Form.values)
    assert set(Pairing.objects.values_list("type", flat=True)) == set(PairingType.values)
    assert set(Member.objects.values_list("consent", flat=True)) == set(Member.Consent.values)


def test_build_demo_has_first_movers_with_and_without_their_numbers(year):
    linkages = IndustryLinkage.objects.filter(trade_system__is_first_mover=True)

    met = {
        str(row.trade_system): all(figure.is_met for figure in row.figures(year))
        for row in linkages
    }

    assert met == {"教体": True, "卫健": True, "工商联": met["工商联"], "园区": False}


def test_build_demo_has_reports_in_all_states(year):
    states = set(Activity.objects.filter(starts_on__gt=timezone.localdate()).values_list("status"))

    assert states == set()
    assert set(Activity.objects.values_list("status", flat=True)) == set(Activity.Status.values)
    assert set(Participation.objects.values_list("confirmation", flat=True)) == set(
        Participation.Confirmation.values
    )
    assert Activity.objects.filter(starts_on__year=year - 1).count() > 100
    assert Attachment.objects.count() == 4


def test_build_demo_reports_could_have_been_sent(year):
    sent = Activity.objects.exclude(status="draft")[::9]

    faults = [faults_of(report_of(report), today=timezone.localdate()) for report in sent]

    assert faults == [[] for _report in sent]


def test_build_demo_keeps_nothing_about_persons(year):
    reports = Activity.objects.values_list("title", "place", "summary", "outcome")

    hits = [hit for texts in reports for text in texts for hit in find_personal_data(text)]

    assert hits == []


def test_build_demo_has_titles_in_all_states(year):
    rows = Title.objects.for_list()

    assert set(rows.values_list("status", flat=True)) == set(Title.Status.values) - {"dropped"}
    assert {row.standing for row in rows} >= {"expiring", "expired"}
    assert Title.objects.expiring_within(3).count() > 0
    assert set(TitleObjection.objects.values_list("outcome", flat=True)) == {"dismissed"}
    assert TitleDecision.objects.open().count() == 1
    days = [list(title.steps.values_list("done_on", flat=True)) for title in rows]
    assert [steps for steps in days if steps != sorted(steps, reverse=True)] == []


def test_build_demo_has_findings_in_all_states(year):
    states = {finding.state for finding in Finding.objects.all()}

    assert states == set(Finding.State.values)
    assert Finding.objects.late().exists()


def test_build_demo_has_windows_cases_and_news_in_all_states(year):
    windows = CollectionWindow.objects.all()

    assert {window.standing for window in windows} == {"open", "late", "closed"}
    answers = WindowAnswer.objects.select_related("window")
    assert {answer.standing for answer in answers} == set(WindowAnswer.Standing.values)
    assert set(ShowcaseCase.objects.values_list("status", flat=True)) == {"draft", "published"}
    assert set(NewsItem.objects.values_list("level", flat=True)) == set(NewsItem.Level.values)
    assert WindowAnswer.objects.owed_by(User.objects.get(username="demo_township")).exists()


def test_build_demo_scores_two_years(year):
    schemes = dict(Scheme.objects.values_list("year", "status"))
    runs = Run.objects.exclude(finished_at=None).values_list("scheme__year", flat=True)

    assert schemes == {year - 1: Scheme.Status.FINAL, year: Scheme.Status.SCORING}
    # Last year twice: an upheld objection was carried out.
    assert sorted(runs) == [year - 1, year - 1, year]
    assert Veto.objects.get().kind == Veto.Kind.TOP_GRADE


def test_build_demo_evidence_of_last_year_is_what_was_scored(year):
    """Its run was put back to December: the same records must have been known by then."""
    run = Run.objects.filter(scheme__year=year - 1).latest("number")

    for leaf in run.scheme.indicators.filter(source="metric"):
        metric = METRICS[leaf.metric]
        then = metric.values(MetricQuery(year - 1, run.data_as_of, leaf.metric_filters))
        now = metric.values(MetricQuery(year - 1, timezone.now(), leaf.metric_filters))
        assert (leaf.code, then) == (leaf.code, now)


def test_build_demo_divides_the_pool(year):
    final = RewardPlan.objects.get(status=RewardPlan.Status.FINAL)

    divided = Allocation.objects.filter(plan=final).aggregate(sum=Sum("amount"))["sum"]

    assert divided <= final.pool
    assert set(RewardPlan.objects.values_list("method", "status")) == {
        ("tiers", "final"),
        ("share", "draft"),
    }


def test_build_demo_leaves_a_chain_of_records_that_name_no_user(year):
    made_up = AuditRecord.objects.filter(verb="activities.submit_activity")

    assert audit.find_broken_link() is None
    assert set(made_up.values_list("origin", "by")) == {("演示数据", None)}


def test_build_demo_gives_every_role_something(year):
    roles = {
        account.username: User.objects.get(username=account.username).roles for account in ACCOUNTS
    }

    assert roles == {account.username: {account.role} for account in ACCOUNTS}
    assert {role for held in roles.values() for role in held} == set(Role.values)
    for username in ("demo_office", "demo_township", "demo_unit"):
        assert todos_of(User.objects.get(username=username)) != []


def test_build_demo_again_changes_nothing(year):
    before = AuditRecord.objects.count()

    assert build_demo() is False
    assert AuditRecord.objects.count() == before


def test_pages_say_that_it_is_a_demonstration(year, client):
    """Whatever the switch of the installation says: the data is there."""
    demo.forget()
    client.force_login(User.objects.get(username="demo_leader"))

    page = client.get(reverse("overview")).content.decode()

    assert page.count("演示数据") > 0


def test_demo_password_opens_nothing_without_the_switch(year, client, settings):
    facts = {"username": "demo_office", "password": settings.DEMO_PASSWORD}

    refused = client.post(reverse("accounts:login"), facts)
    settings.DEMO = True
    opened = client.post(reverse("accounts:login"), facts)

    assert (refused.status_code, opened.status_code) == (200, 302)


def test_demo_accounts_prints_one_line_per_role(year, settings):
    out = StringIO()

    call_command("demo_accounts", stdout=out)

    lines = out.getvalue().splitlines()
    assert len(lines) == 1 + len(ACCOUNTS)
    assert lines[1].split()[:4] == [
        "demo_office",
        settings.DEMO_PASSWORD,
        "旗创建办工作人员",
        "旗创建办",
    ]


def test_remove_demo_leaves_the_register_and_the_same_seed_makes_the_same_year(year):
    titles = list(Activity.objects.order_by("pk").values_list("title", "starts_on"))

    removed = remove_demo()

    assert removed["activities.Activity"] == len(titles)
    assert {model.__name__: model.objects.count() for model in PROGRAMME} == {
        model.__name__: 0 for model in PROGRAMME
    }
    assert Organisation.objects.filter(name__startswith="演示").count() == 0
    assert (Region.objects.count(), Organisation.objects.count()) == (423, 518)
    assert (Assignment.objects.count(), DemoYear.objects.count()) == (0, 0)
    assert set(User.objects.values_list("is_active", flat=True)) == {False}
    assert audit.find_broken_link() is None

    assert build_demo() is True
    assert list(Activity.objects.order_by("pk").values_list("title", "starts_on")) == titles


def test_remove_demo_takes_what_visitors_entered_and_leaves_what_is_real(year):
    visitor = User.objects.get(username="demo_office")
    real = user_with(Role.LIAISON)
    facts = {
        "organisation": Organisation.objects.get(short_name="旗法院"),
        "level": Title.Level.COUNTY,
        "type": Title.Type.UNIT,
        "authority": "奈曼旗人民政府",
        "document_number": "1号",
        "named_on": timezone.localdate(),
    }
    title_actions.create_title(facts, by=visitor)
    ActivityFactory(title="参观者填的", created_by=visitor)
    kept = ActivityFactory(title="正式的", created_by=real)
    kept.partnerships.add(Partnership.objects.first())

    remove_demo()

    assert Title.objects.count() == 0
    assert list(Activity.objects.all()) == [kept]
    assert kept.partnerships.count() == 0
    assert User.objects.get(pk=real.pk).is_active


def test_remove_demo_takes_a_visitors_values_and_rehearsals(year):
    visitor = User.objects.get(username="demo_office")
    run = Run.objects.order_by("scheme__year").first()
    leaf = run.scheme.indicators.exclude(rule_kind="").first()
    unit = Organisation.objects.get(short_name="旗法院")
    ImportedValue.objects.create(indicator=leaf, organisation=unit, value="3", entered_by=visitor)
    job = Job.objects.create(kind="tests.job", title="试算", requested_by=visitor)
    Rehearsal.objects.create(
        scheme=run.scheme, data_year=2025, baseline=run, job=job, made_by=visitor
    )

    remove_demo()

    assert (ImportedValue.objects.count(), Rehearsal.objects.count()) == (0, 0)
    assert not Scheme.objects.exists()


def test_remove_demo_takes_what_visitors_imported_with_the_files(
    year, django_capture_on_commit_callbacks
):
    visitor, real = User.objects.get(username="demo_office"), user_with(Role.OFFICE_STAFF)
    table = [["全称", "类型"], ["参观局", "政府部门"]]
    run, kept = save(bring(visitor, table)), bring(real, table)
    head = {"ledger": REGISTER_LEDGER, "label": "全称", "key": "name"}
    RememberedMapping.objects.create(user=visitor, **head)
    visitor.saved_filters.create(list_key="activities", name="本月", query="month=1")
    visitor.column_choices.create(list_key="activities", columns=["title"])

    with django_capture_on_commit_callbacks(execute=True):
        removed = remove_demo()

    assert list(ImportRun.objects.all()) == [kept]
    assert removed["core.ImportRun"] == 1
    assert set(kept.rows.model.objects.values_list("run", flat=True)) == {kept.pk}
    assert [run.file.storage.exists(one.file.name) for one in (run, kept)] == [False, True]
    assert not Organisation.objects.filter(name="参观局").exists()
    left = (RememberedMapping.objects, visitor.saved_filters, visitor.column_choices)
    assert [rows.count() for rows in left] == [0, 0, 0]


def test_remove_demo_gives_real_units_back_what_a_visitor_changed_by_document(year):
    office = User.objects.get(username="demo_office")
    one, two, three = Organisation.objects.filter(kind="township").order_by("pk")[:3]
    before = register_of(one, two, three)
    paper = Paper(timezone.localdate(), "演示〔2026〕9号")
    name = {"name": "奈曼旗试名镇人民政府", "short_name": "试名镇"}
    rename_organisation(three, **name, paper=paper, by=office)
    merge_organisations([one], into=two, paper=paper, by=office)
    merge_organisations([two], into=NewUnit("奈曼旗合镇", "合镇"), paper=paper, by=office)

    removed = remove_demo()

    assert removed["organisations.OrganisationChange"] == 5
    assert register_of(one, two, three) == before
    assert not Organisation.objects.filter(name="奈曼旗合镇").exists()


def register_of(*units):
    rows = Organisation.objects.filter(pk__in=[unit.pk for unit in units]).order_by("pk")
    facts = rows.values_list("name", "short_name", "valid_until", "successor")
    below = Organisation.objects.filter(superior__in=units).order_by("pk")
    return list(facts), list(below.values_list("pk", "superior"))


def test_remove_demo_refuses_while_real_data_rests_on_it(year):
    unit = Organisation.objects.filter(name__startswith="演示企业").first()
    ParticipationFactory(activity__created_by=user_with(Role.LIAISON), organisation=unit)
    before = Activity.objects.count()

    with pytest.raises(RuleError, match="正式数据引用了演示数据"):
        remove_demo()

    assert (Activity.objects.count(), DemoYear.objects.count()) == (before, 1)

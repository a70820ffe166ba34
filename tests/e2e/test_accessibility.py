"""The main pages for everybody: axe finds nothing grave, and 360 pixels are wide enough."""

import pytest
from django.conf import settings
from django.utils import timezone

from tests.factories.activities import accepted_activity, draft_of, sent_activity
from tests.factories.assessment import (
    IndicatorFactory,
    SchemeFactory,
    approved,
    scored_scheme,
)
from tests.factories.demonstrations import (
    StandardSiteFactory,
    TitleObjectionFactory,
    title_in,
)
from tests.factories.partnerships import pairing_of, proposed_pairing
from tests.factories.rewards import RewardPlanFactory

AXE = settings.BASE_DIR / "node_modules/axe-core/axe.min.js"
GRAVE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1366, "height": 768}


@pytest.fixture
def places(people, register):
    """A county in the middle of its year; the addresses of what each person looks at."""
    one, two = register("大沁他拉镇"), register("八仙筒镇")
    today = timezone.localdate()
    pairing = pairing_of(one, two)
    proposed_pairing(register("旗教体局"), one)
    accepted_activity(one, two, starts_on=today, is_themed=True).partnerships.add(pairing)
    sent = sent_activity(two, one, by=people["partner"])
    draft = draft_of(one, two, by=people["liaison"])
    run = scored_scheme()
    scheme, score = run.scheme, run.scores.get(organisation=one)
    line = score.lines.get(indicator__code="B1")
    plan = RewardPlanFactory(run=run)
    title, site = title_in("noticed", organisation=one), StandardSiteFactory(organisation=two)
    notice = title.notices.get()
    TitleObjectionFactory(title=title, notice=notice)
    approved(scheme)
    return {
        "liaison": ["/", "/partnerships/", "/pairings/new/", "/activities/",
                    f"/activities/{draft.pk}/edit/", f"/activities/{sent.pk}/",
                    f"/assessment/scores/{score.pk}/"],
        "staff": ["/", f"/partnerships/{pairing.pk}/", "/activities/",
                  f"/activities/{sent.pk}/review/", "/supervision/", "/organisations/",
                  f"/organisations/{one.pk}/", f"/assessment/schemes/{scheme.pk}/",
                  f"/assessment/schemes/{scheme.pk}/balance/",
                  "/rewards/new/", f"/rewards/{plan.pk}/", "/demonstrations/pool/",
                  f"/demonstrations/titles/{title.pk}/", f"/demonstrations/titles/{title.pk}/stop/",
                  f"/demonstrations/notices/{notice.pk}/", f"/demonstrations/sites/{site.pk}/",
                  f"/demonstrations/sites/{site.pk}/accept/"],
        "leader": ["/overview/", f"/assessment/schemes/{scheme.pk}/scores/",
                   f"/assessment/scores/{score.pk}/evidence/{line.indicator_id}/",
                   "/search/?q=dqtl", "/demonstrations/titles/"],
    }  # fmt: skip


def test_main_pages_are_open_to_everybody(people, places, open_window):
    found = {}
    for person, addresses in places.items():
        page = open_window(people[person])
        for address in addresses:
            found[f"{person} {address}"] = faults_of(page, address)
        page.context.close()

    assert {where: faults for where, faults in found.items() if faults} == {}


def test_comparison_of_schemes_fits_a_phone(people, register, open_window):
    """Whole titles of schemes stand as labels, and parameters are long words without a space."""
    register("大沁他拉镇")
    new = scored_scheme().scheme
    title = "奈曼旗2025年苏木乡镇、街道和农场“联创共建”工作实绩考核评分方案（修订征求意见稿）"
    old = SchemeFactory(year=2025, title=title)
    levels = {"级别分": "国家级:4，自治区级:3，市级:2，旗级:1，苏木乡镇级:0.5，嘎查村社区级:0.2"}
    facts = {"scheme": old, "rule_kind": "level_sum", "params": levels}
    facts |= {"source": "metric", "metric": "titles"}
    IndicatorFactory(**facts, code="A1", name="示范命名")
    IndicatorFactory(**facts, code="Z9", name="上年才有的指标")
    page = open_window(people["staff"])
    page.set_viewport_size(PHONE)

    page.goto(f"/assessment/schemes/{new.pk}/compare/?other={old.pk}")

    assert page.locator(".compare-table").count() >= 3
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_log_in_page_is_open_to_everybody(open_window):
    assert faults_of(open_window(), "/accounts/login/") == []


def faults_of(page, address):
    """Grave faults that axe finds on the page, and how far it is too wide for a phone."""
    answer = page.goto(address)
    assert answer.status == 200, address
    page.evaluate(AXE.read_text())
    faults = page.evaluate(GRAVE)
    page.set_viewport_size(PHONE)
    overflow = page.evaluate(OVERFLOW)
    page.set_viewport_size(DESKTOP)
    return [*faults, f"{overflow}px too wide"] if overflow > 0 else faults

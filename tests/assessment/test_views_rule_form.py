"""The small form of each rule kind, and its example worked out by the rule itself."""

import re
from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.forms.rule_fields import HELP, KIND_HELP, PARAM, rule_fields
from assessment.models import Indicator
from assessment.rule_example import work_out
from assessment.rules import RULES, GroupContext, make_rule, parse_params
from assessment.rules import Role as Part
from core.models import AuditRecord
from tests.assessment.test_views import EVERY_KIND
from tests.factories.organisations import county, office, user_with


@pytest.fixture
def scheme(db, client):
    staff = user_with(Role.OFFICE_STAFF)
    client.force_login(staff)
    return actions.draft_notice_scheme(county(), year=2026, department=office(), by=staff)


@pytest.fixture
def url(scheme):
    """The page of a row that was just added: neither a rule nor anything below it."""
    row = actions.add_row(scheme, parent=None, by=scheme.created_by)
    return reverse("assessment:indicator_edit", args=[row.pk])


def facts(kind, **more):
    return {
        "code": "Z1", "name": "联办活动", "role": "base", "points": "4", "rule_kind": kind,
        "params_text": "", "metric": "activities", **more,
    }  # fmt: skip


def ask(client, url, part, **typed):
    return client.post(url, typed, headers={"HX-Request": "true", "HX-Target": part})


@pytest.mark.parametrize("kind", RULES)
def test_every_kind_has_its_own_form_with_help(kind):
    fields = rule_fields(kind)

    assert list(fields) == [f"{PARAM}{spec.field}" for spec in RULES[kind].parameters()]
    assert all(str(field.help_text) for field in fields.values())
    assert [field.required for field in fields.values()] == [
        spec.required for spec in RULES[kind].parameters()
    ]


def test_no_help_is_for_a_parameter_that_is_gone():
    keys = {spec.key for rule in RULES.values() for spec in rule.parameters()}

    assert {key.rpartition(".")[2] for key in HELP} == keys


def test_every_kind_says_in_a_sentence_what_it_does(client, url):
    assert set(KIND_HELP) == {"", *RULES}
    for kind, sentence in KIND_HELP.items():
        assert str(sentence) in ask(client, url, "rule-part", **facts(kind)).text


def hidden(response):
    found = re.findall(r'type="hidden" name="(param_\w+)" value="([^"]*)"', response.text)
    return dict(found)


def test_going_back_to_a_kind_finds_what_was_typed_for_it(client, url):
    typed = facts("per_unit", param_price="1.5", param_limit="3")

    other = ask(client, url, "rule-part", **typed | {"rule_kind": "quota"})
    third = ask(client, url, "rule-part", **facts("level_sum", **hidden(other)))
    back = ask(client, url, "rule-part", **facts("per_unit", **hidden(third), param_limit="3"))

    assert hidden(other) == {"param_price": "1.5", "param_limit": "3"}
    assert hidden(third) == {"param_price": "1.5"}
    form = back.context["form"]
    assert (form["param_price"].value(), form["param_limit"].value()) == ("1.5", "3")
    assert hidden(back) == {}


def test_what_was_typed_for_another_kind_is_not_saved(client, scheme, url):
    client.post(url, facts("quota", param_quota="4", param_penalty="1", param_price="9"))

    assert Indicator.objects.get(code="Z1").params == {"定额": "4", "每缺扣": "1"}


def test_choosing_a_kind_shows_its_form_and_saves_nothing(client, scheme, url):
    count = scheme.indicators.count()

    response = ask(client, url, "rule-part", **facts("sliding"))

    shown = [field.name for field in response.context["form"].params]
    assert shown == [
        "param_standard", "param_exemption", "param_step", "param_penalty", "param_direction",
        "param_part_step", "param_missing",
    ]  # fmt: skip
    assert response.text.strip().startswith('<div id="rule-part">')
    assert "不填，按“越高越好”" in response.text
    assert scheme.indicators.count() == count


def test_choosing_a_metric_shows_its_own_conditions(client, url):
    response = ask(client, url, "rule-part", **facts("flag", metric="titles"))

    form = response.context["form"]
    assert [field.name for field in form.conditions] == ["only_level", "only_type", "only_new"]
    assert [word for word, _label in form.fields["only_level"].choices] == [
        "", "国家级", "自治区级", "市级", "旗级",
    ]  # fmt: skip


def test_without_javascript_a_button_does_the_same(client, scheme, url):
    count = scheme.indicators.count()

    response = client.post(url, facts("per_unit", look="1", param_price="2", ex_value="3"))

    assert (response.status_code, scheme.indicators.count()) == (200, count)
    assert "联办活动 3 次 × 2 分 = 6 分；封顶 4 分，得 4 分" in response.text
    assert response.context["form"]["name"].value() == "联办活动"


def test_the_example_recalculates_as_one_types(client, url):
    typed = facts("per_unit", param_price="1.5")

    first = ask(client, url, "rule-answer", **typed, ex_value="2")
    second = ask(client, url, "rule-answer", **typed, ex_value="1")

    assert first.text.strip().startswith('<div id="rule-answer"')
    assert "联办活动 2 次 × 1.5 分 = 3 分" in first.text
    assert "再有 1 次可得 1 分" in first.text
    assert (first.context["example"].points, second.context["example"].points) == (D(3), D("1.5"))


def test_the_example_says_what_is_wrong(client, url):
    missing = ask(client, url, "rule-worked", **facts("per_unit"))
    unreadable = ask(
        client, url, "rule-answer", **facts("per_unit", param_price="2", ex_value="多")
    )
    blank = ask(client, url, "rule-answer", **facts("per_unit", param_price="2", ex_value=""))
    points = ask(client, url, "rule-answer", **facts("per_unit", param_price="2", points="多"))

    assert missing.context["example"].faults == ["缺少参数“单价”"]
    assert unreadable.context["example"].faults[0].startswith("本单位的数：“多”不是数")
    assert blank.context["example"].faults == ["没有数据"]
    assert points.context["example"].points == D(6)


def test_a_branch_has_no_example(client, url):
    response = ask(client, url, "rule-worked", **facts(""))

    assert response.context["example"] is None


def test_the_text_form_goes_before_the_fields(client, scheme, url):
    client.post(url, facts("per_unit", params_text="单价=3；封顶=4", param_price="9"))

    assert Indicator.objects.get(code="Z1").params == {"单价": "3", "封顶": "4"}


def test_the_fields_are_saved_as_canonical_parameters(client, scheme, url):
    typed = facts(
        "level_sum", metric="titles", param_level_points="国家级：4、市级:2", param_limit="４",
        param_missing="计零",
    )  # fmt: skip

    client.post(url, typed)

    leaf = Indicator.objects.get(code="Z1")
    assert leaf.params == {"级别分": {"国家级": "4", "市级": "2"}, "封顶": "4", "缺失": "计零"}
    shown = client.get(reverse("assessment:indicator_edit", args=[leaf.pk])).context["form"]
    assert shown["param_level_points"].value() == "国家级:4，市级:2"
    assert shown["params_text"].value() in (None, "")


@pytest.mark.parametrize(
    ("kind", "typed", "field", "told"),
    [
        ("per_unit", {}, "param_price", "这一项要填"),
        ("per_unit", {"param_price": "很多"}, "param_price", "不是数"),
        ("per_unit", {"param_price": "-1"}, "param_price", "必须大于 0"),
        ("per_unit", {"param_price": "1", "param_period": "周"}, "param_period", "不在可选范围"),
        ("checklist", {}, "param_items", "要写一个"),
        ("rank", {"param_rank_points": "1:5，3:2"}, "param_rank_points", "连续写"),
        ("per_unit", {"param_price": "1" * 501}, "param_price", "500"),
    ],
    ids=["missing", "unreadable", "negative", "choice", "neither", "holes", "long"],
)
def test_faults_stand_at_the_field_of_the_parameter(client, url, kind, typed, field, told):
    response = client.post(url, facts(kind, **typed))

    assert response.status_code == 422
    assert told in str(response.context["form"].errors[field])


def typical(kind, params):
    return make_rule(kind, parse_params(params))


def tried(rule, typed, points=D(10), role=Part.BASE):
    return work_out(rule, typed, points=points, decimals=2, role=role, measure="次", subject="例子")


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        pytest.param(kind, params, id=f"{kind}-{at}")
        for at, (kind, params, *_) in enumerate(EVERY_KIND)
    ],
)
def test_every_kind_works_out_an_example_of_its_own(kind, params):
    example = tried(typical(kind, params), {})

    assert (example.faults, example.points is None) == ([], False)
    assert example.told
    assert example.describe


@pytest.mark.parametrize(
    ("kind", "params", "typed", "expected"),
    [
        ("per_unit", "单价=1；周期=季；周期封顶=2", {"ex_n1": "5", "ex_n2": "", "ex_n3": "1"}, "3"),
        ("level_sum", "级别分=省级:3，市级:2；周期=月", {"ex_value": "1:（省级:1，市级:1）"}, "5"),
        ("level_sum", "级别分=省级:3，市级:2", {"ex_n0": "1", "ex_n1": "2"}, "7"),
        ("checklist", "清单=甲:2，乙:3", {"ex_n1": "1"}, "3"),
        ("checklist", "达标数=5:1，4:0.8", {"ex_value": "4"}, "8"),
        ("manual", "评委数=3", {"ex_value": "8，9，7"}, "8"),
        ("rank", "名次分=1:10，2:8，其他:5", {"ex_value": "4", "ex_others": "5，3"}, "8"),
        ("versus_average", "步长=1；每步扣=1", {"ex_value": "1", "ex_others": "3"}, "9"),
        ("best_ratio", "缺失=不计", {"ex_value": "", "ex_others": "3"}, "0"),
        ("change", "基础=5；每增加=1", {"ex_value": "4", "ex_previous": "2"}, "7"),
        ("sliding", "标准=95；步长=1；每步扣=1；豁免=B>=均值+5",
         {"ex_value": "90", "ex_peer": "10", "ex_peer_mean": "4"}, "10"),
        ("sliding", "标准=95；步长=1；每步扣=1；豁免=B>=12",
         {"ex_value": "90", "ex_peer": "1"}, "5"),
    ],
)  # fmt: skip
def test_an_example_is_what_the_rule_gives(kind, params, typed, expected):
    example = tried(typical(kind, params), typed)

    assert (example.faults, example.points) == ([], D(expected))


def test_an_example_is_told_as_the_score_sheet_tells_it():
    rule = typical("completion", "目标=12")

    example = tried(rule, {"ex_value": "9"}, role=Part.BONUS)

    outcome = rule.evaluate(D(9), GroupContext(D(10), 2, Part.BONUS))
    assert example.told == rule.explain(outcome, "次", "例子")
    assert example.describe == rule.describe(D(10), "次", Part.BONUS)


def test_an_example_takes_no_more_than_it_can_show():
    names = "，".join(f"级{n}:1" for n in range(100))
    many = tried(typical("level_highest", f"级别分={names}"), {"ex_n0": "1" * 5000})
    others = tried(typical("best_ratio", ""), {"ex_value": "1", "ex_others": "1，" * 90})

    assert len(many.questions) == 30
    assert many.faults
    assert len(many.questions[0].value) == 200
    assert others.points == D(10)


@pytest.mark.parametrize(
    ("kind", "params"),
    [("level_sum", "级别分=省级:3；周期=月"), ("manual", ""), ("per_unit", "单价=1")],
)
def test_an_example_without_a_value_says_so(kind, params):
    example = tried(typical(kind, params), {"ex_value": ""})

    assert (example.points, example.faults != []) == (None, True)


def test_saving_tells_of_formalism_at_once(client, scheme, url):
    client.post(url, facts("per_unit", param_price="1", name="报送信息篇数"), follow=True)
    response = client.get(reverse("assessment:scheme_detail", args=[scheme.pk]))

    assert AuditRecord.objects.filter(verb="assessment.save_indicator").count() == 1
    assert "仍要保留的，发布时须写明理由" in client.post(
        url, facts("per_unit", code="Z2", param_price="1", name="领导批示件数"), follow=True
    ).text  # fmt: skip
    assert response.status_code == 200


def test_negative_points_are_told_in_plain_words(client, url):
    response = client.post(url, facts("per_unit", param_price="1", points="-1"))

    assert "分值不能小于 0" in response.text
    assert "约束" not in response.text

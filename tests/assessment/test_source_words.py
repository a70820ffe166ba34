"""The column 数据来源: what is written is read back, what cannot be read is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.metrics import METRICS, Filter, Metric, activities
from assessment.metrics.conditions import catalogues_read_once
from assessment.models import Indicator
from assessment.rules import Unreadable
from assessment.scheme_book.sources import (
    DataSource,
    read_conditions,
    read_source,
    write_conditions,
    write_source,
)
from partnerships.models import ContentKind

pytestmark = pytest.mark.django_db
METRIC = Indicator.Source.METRIC


@pytest.mark.parametrize("key", sorted(METRICS))
def test_every_metric_with_every_value_of_every_filter_is_read_back(key):
    metric = METRICS[key]
    sources = [DataSource(METRIC, key)]
    with catalogues_read_once():
        for name, known in metric.filters.items():
            sources += [DataSource(METRIC, key, {name: value}) for value, _ in known.choices()]
        sources.append(
            DataSource(
                METRIC,
                key,
                {name: known.choices()[-1][0] for name, known in metric.filters.items()},
            )
        )

        assert [read_source(write_source(source)) for source in sources] == sources


@given(data=st.data())
def test_any_choice_of_filters_is_read_back(data):
    known = {"form": "形式", "themed": "主题活动", "month": "月份", "quality": "质量等次"}
    chosen = data.draw(st.sets(st.sampled_from(sorted(known))))
    filters = {
        key: data.draw(
            st.sampled_from([v for v, _ in activities.ACTIVITIES.filters[key].choices()])
        )
        for key in chosen
    }

    assert read_source(write_source(DataSource(METRIC, "activities", filters))).filters == filters


@given(names=st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=3, unique=True))
def test_names_with_any_marks_are_read_back(names):
    choices = [(name, name) for name in names]
    filters = {f"f{place}": Filter(f"条件{place}", lambda: choices) for place in range(len(names))}
    metric = Metric("x", "某数据", "个", lambda query: None, "organisation", filters)
    wanted = dict(zip(filters, names, strict=True))

    assert read_conditions(metric, write_conditions(metric, wanted)) == wanted


def test_marks_in_the_name_of_a_catalogue_do_not_part_it():
    ContentKind.objects.create(form="pairing", name="宣讲；（巡回）=”示范“", order=99)
    source = DataSource(
        METRIC, "activities", {"content_kind": "宣讲；（巡回）=”示范“", "host": True}
    )

    assert write_source(source) == "activities（联创内容=“宣讲；（巡回）=””示范“”；主办=是）"
    assert read_source(write_source(source)) == source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人工", DataSource("manual")),
        (" 人工评分 ", DataSource("manual")),
        ("导入", DataSource("imported")),
        ("导入数据", DataSource("imported")),
        ("联创活动", DataSource("metric", "activities")),
        ("ＡＣＴＩＶＩＴＩＥＳ", DataSource("metric", "activities")),
        (
            "activities(主题活动＝是, 月份=3)",
            DataSource("metric", "activities", {"themed": True, "month": 3}),
        ),
        (
            "联创活动 （月份=３月；形式=pairing；）",
            DataSource("metric", "activities", {"month": 3, "form": "pairing"}),
        ),
        ("activities（）", DataSource("metric", "activities")),
        ("activities（难度系数=是）", DataSource("metric", "activities", {"weighted": True})),
    ],
)
def test_read_source_takes_what_an_office_writes(text, expected):
    assert read_source(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("没有的", "没有数据来源“没有的”，可写：人工、导入，或 联创活动"),
        ("activities（主题活动", "没有数据来源“activities（主题活动”"),
        ("activities（颜色=红）", "“联创活动”没有条件“颜色=红”，可写：形式、联创内容"),
        ("activities（“主题活动”=是）", "“联创活动”没有条件““主题活动”=是”"),
        ("activities（主题活动）", "“联创活动”没有条件“主题活动”"),
        ("activities（=是）", "“联创活动”没有条件“=是”"),
        ("activities（主题活动=大概）", "“主题活动”没有“大概”，可写：是、否"),
        ("activities（难度系数=否）", "“难度系数”没有“否”，可写：是"),
        ("titles（级别=省级）", "“级别”没有“省级”，可写：国家级、自治区级、市级、旗级"),
        ("activities（月份=13）", "“月份”没有“13”，可写：1月、2月"),
        ("activities（月份=1；月份=2）", "条件“月份”写了两次"),
        ("findings（级别=市级）", "“督导检查发现的问题”没有条件可写，请去掉“级别=市级”"),
        ("activities（形式=）", "“形式”没有“”，可写："),
    ],
)
def test_read_source_says_what_cannot_be_read(text, sentence):
    with pytest.raises(Unreadable) as refused:
        read_source(text)

    assert sentence in str(refused.value)


@pytest.mark.parametrize(("source", "words"), [("manual", "人工"), ("imported", "导入"), ("", "")])
def test_write_source_of_what_is_no_metric(source, words):
    assert write_source(DataSource(source)) == words


def test_write_source_of_a_metric_that_is_no_more_keeps_its_key():
    assert write_source(DataSource("metric", "colour", {"x": 1})) == "colour"

import pytest

from assessment.metrics import METRICS
from assessment.scoring import Offence, ScoredThing, lint_formalism


@pytest.mark.parametrize(
    ("name", "offence", "found"),
    [
        ("媒体宣传报道", Offence.MEDIA, "媒体"),
        ("信息报送", Offence.MEDIA, "信息报送"),
        ("在市级以上刊物刊发经验做法", Offence.MEDIA, "刊物"),
        ("自治区采用篇数", Offence.MEDIA, "采用篇"),
        ("获得领导批示", Offence.REMARKS, "批示"),
        ("召开专题会议次数", Offence.MEETINGS, "会议"),
        ("推进会", Offence.MEETINGS, "推进会"),
        ("印发方案", Offence.DOCUMENTS, "印发"),
        ("台账齐全", Offence.DOCUMENTS, "台账"),
        ("学习笔记", Offence.DOCUMENTS, "笔记"),
        ("材料报送", Offence.DOCUMENTS, "材料报送"),
        ("活动照片不少于 5 张", Offence.PHOTOS, "照片"),
        ("工作留痕", Offence.PHOTOS, "留痕"),
        ("公开文章浏览量", Offence.CLICKS, "浏览量"),
        ("点赞与转发", Offence.CLICKS, "点赞"),
        ("平台登录次数", Offence.LOGINS, "登录"),
        ("学习时长", Offence.LOGINS, "学习时长"),
        ("应用安装率", Offence.LOGINS, "安装率"),
    ],
)
def test_telling_names_are_warned_about(name, offence, found):
    warnings = lint_formalism([ScoredThing("A1", name)])

    assert [(one.code, one.name, one.offence, one.found) for one in warnings] == [
        ("A1", name, offence, found)
    ]


@pytest.mark.parametrize(
    ("source", "offence"),
    [
        ("news_items", Offence.MEDIA),
        ("leader-remarks", Offence.REMARKS),
        ("meetings", Offence.MEETINGS),
        ("documents.count", Offence.DOCUMENTS),
        ("Photos", Offence.PHOTOS),
        ("page_views", Offence.CLICKS),
        ("logins", Offence.LOGINS),
    ],
)
def test_telling_metrics_are_warned_about(source, offence):
    warnings = lint_formalism([ScoredThing("A1", "工作情况", source)])

    assert [(one.offence, one.found) for one in warnings] == [(offence, source)]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("主题活动", "activities"),
        ("标准化示范点", "standard_sites"),
        ("座谈调研", "activities_by_kind"),
        ("民族团结图片展", "activities"),
        ("政策落实", ""),
        ("结对共建", "partnerships_active"),
        ("按时答复率", "windows_answered"),
        ("整改完成率", "findings_rectified_share"),
        ("确认率", "members_confirmed"),
        ("宣传教育", "reviewed_activities"),
    ],
)
def test_work_itself_is_not_warned_about(name, source):
    assert lint_formalism([ScoredThing("A1", name, source)]) == []


def test_of_our_own_metrics_only_reported_news_is_warned_about():
    things = [ScoredThing(key, str(METRICS[key].label), key) for key in METRICS]

    assert {one.code for one in lint_formalism(things)} == {"news_items"}


def test_one_name_may_offend_several_rules():
    warnings = lint_formalism([ScoredThing("A", "会议文件"), ScoredThing("B", "批示")])

    assert [(one.code, one.offence) for one in warnings] == [
        ("A", Offence.MEETINGS),
        ("A", Offence.DOCUMENTS),
        ("B", Offence.REMARKS),
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "领导批示",
            "“A1 领导批示”出现“批示”，涉及领导批示：《整治形式主义为基层减负若干规定》"
            "不得把领导批示和在刊物、媒体刊发文章信息作为督查检查考核内容",
        ),
        (
            "会议次数",
            "“A1 会议次数”出现“会议”，涉及会议次数：《整治形式主义为基层减负若干规定》"
            "不把是否开会发文、拍照留痕作为评判工作优劣的标准",
        ),
        (
            "点击量",
            "“A1 点击量”出现“点击”，涉及点击和转发：《整治形式主义为基层减负若干规定》"
            "不得把点赞量、网络投票数、转发量作为考评依据",
        ),
        (
            "打卡",
            "“A1 打卡”出现“打卡”，涉及登录和打卡：《整治形式主义为基层减负若干规定》"
            "不得强制定期登录、打卡签到、统计在线时长，也不得以此考评",
        ),
    ],
)
def test_a_warning_names_the_rule_it_offends(name, message):
    (warning,) = lint_formalism([ScoredThing("A1", name)])

    assert warning.message == message

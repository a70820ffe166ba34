"""Lint against formalism: indicators that score the traces of work instead of the work.

Sources: the regulation 整治形式主义为基层减负若干规定 of 2024, its parts on inspections and
assessments and on government applications; and part three of the notice on 联创共建 itself,
强化组织领导: 杜绝形式主义，务求有实质性动作.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class Offence(StrEnum):
    """What an indicator scores that must not be scored."""

    MEDIA = "媒体和信息篇数"
    REMARKS = "领导批示"
    MEETINGS = "会议次数"
    DOCUMENTS = "文件和材料"
    PHOTOS = "照片和视频"
    CLICKS = "点击和转发"
    LOGINS = "登录和打卡"


@dataclass(frozen=True, slots=True)
class ScoredThing:
    """An indicator as the lint sees it: its code, its name, the key of the metric behind it."""

    code: str
    name: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class FormalismWarning:
    """One indicator that offends: what it scores, the word that shows it, the rule against it."""

    code: str
    name: str
    offence: Offence
    found: str
    rule: str

    @property
    def message(self) -> str:
        """The warning as one sentence."""
        words = {
            "code": self.code,
            "name": self.name,
            "found": self.found,
            "offence": self.offence,
            "rule": self.rule,
        }
        return _("“%(code)s %(name)s”出现“%(found)s”，涉及%(offence)s：%(rule)s") % words

    @property
    def told_at_saving(self) -> str:
        """The same with what keeping it all the same will take."""
        return _("%s；仍要保留的，发布时须写明理由。") % self.message


_NAMES = {
    Offence.MEDIA: (
        r"媒体|报道|刊[发登物]|稿|新闻|公众号|推文|信息(?:报送|采用|宣传|篇|条)|采用[篇条]"
    ),
    Offence.REMARKS: r"批示|签批|圈阅|领导(?:肯定|表扬)",
    Offence.MEETINGS: r"会议|开会|例会|推进会|部署会|调度会|动员会",
    Offence.DOCUMENTS: r"发文|印发|文件|简报|台账|笔记|心得|报表|(?:材料|总结)(?:报送|[份篇])",
    Offence.PHOTOS: r"照片|图片(?!展)|截图|拍照|视频|影像|留痕",
    Offence.CLICKS: r"点击|点赞|转发|(?:浏览|阅读|播放|关注|评论)[量数]|粉丝|网络投票",
    Offence.LOGINS: r"登录|打卡|签到|(?:在线|学习)时长|活跃[度率]|(?:下载|安装)[量率]|积分排名",
}
_SOURCES = {
    Offence.MEDIA: {"news", "media", "article", "press"},
    Offence.REMARKS: {"remark", "instruction"},
    Offence.MEETINGS: {"meeting"},
    Offence.DOCUMENTS: {"document", "paper", "ledger", "brief"},
    Offence.PHOTOS: {"photo", "picture", "image", "video", "attachment"},
    Offence.CLICKS: {"click", "view", "like", "vote", "follower"},
    Offence.LOGINS: {"login", "checkin", "online", "install", "download"},
}


def _rule_against(offence: Offence) -> str:
    regulation = _("《整治形式主义为基层减负若干规定》")
    if offence in (Offence.MEDIA, Offence.REMARKS):
        return regulation + _("不得把领导批示和在刊物、媒体刊发文章信息作为督查检查考核内容")
    if offence in (Offence.MEETINGS, Offence.DOCUMENTS, Offence.PHOTOS):
        return regulation + _("不把是否开会发文、拍照留痕作为评判工作优劣的标准")
    if offence is Offence.CLICKS:
        return regulation + _("不得把点赞量、网络投票数、转发量作为考评依据")
    return regulation + _("不得强制定期登录、打卡签到、统计在线时长，也不得以此考评")


def lint_formalism(things: Iterable[ScoredThing]) -> list[FormalismWarning]:
    """A warning for every offence of every indicator, in the order given.

    Names are searched for telling words, metric keys for telling parts (``news_items``); nothing
    is forbidden by it: whoever publishes all the same gives a reason, which is printed.
    """
    warnings = []
    for thing in things:
        for offence in Offence:
            found = _found(thing, offence)
            if found:
                rule = _rule_against(offence)
                warnings.append(FormalismWarning(thing.code, thing.name, offence, found, rule))
    return warnings


def _found(thing: ScoredThing, offence: Offence) -> str:
    match = re.search(_NAMES[offence], thing.name)
    if match:
        return match.group()
    parts = re.split(r"[^a-z]+", thing.source.lower())
    singular = {part.removesuffix("s") for part in parts}
    return thing.source if _SOURCES[offence] & singular.union(parts) else ""

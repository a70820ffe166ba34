"""The public notice as a paper."""

from datetime import date

import pytest

from accounts.rights import Role
from demonstrations.papers import notice_letter
from tests.factories.demonstrations import NoticeEntryFactory, TitleFactory, TitleNoticeFactory
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db


def test_the_notice_names_list_period_and_where_to_object():
    staff = user_with(Role.OFFICE_STAFF, work_phone="0475-4212345")
    notice = TitleNoticeFactory(created_by=staff)
    unit = OrganisationFactory(name="奈曼旗实验小学")
    NoticeEntryFactory(notice=notice, title=TitleFactory(organisation=unit))

    letter = notice_letter(notice)

    assert letter.title == "关于2025年度市级民族团结进步示范拟命名单位的公示"
    assert [paragraph.text for paragraph in letter.body] == [
        "经单位申报、实地初验，拟推荐以下单位为市级民族团结进步示范，现予公示。",
        "一、公示名单",
        "1. 奈曼旗实验小学（示范单位）",
        "二、公示时间",
        "2025年3月3日至2025年3月7日，共5个工作日。",
        "三、意见反映",
        "对公示单位有异议的，请在公示期内向奈曼旗创建办反映，反映情况应客观真实。"
        "联系电话：0475-4212345。",
    ]
    assert (letter.signer, letter.signed_on) == ("奈曼旗创建办", date(2025, 3, 3))


def test_the_notice_of_who_left_is_signed_with_their_name():
    notice = TitleNoticeFactory(created_by=UserFactory(name="已离任", work_phone=""))

    letter = notice_letter(notice)

    assert letter.signer == "已离任"
    assert letter.body[-1].text.endswith("反映情况应客观真实。")

"""Finding organisations by name, pinyin and initials."""

import pytest

from organisations.actions import load_register
from organisations.models import Organisation
from organisations.search import search_key
from tests.factories.organisations import OrganisationFactory

TOWNSHIPS = [
    ("dqtlz", "大沁他拉镇"),
    ("baxiantong", "八仙筒镇"),
    ("qinglongshan", "青龙山镇"),
    ("xinzhen", "新镇"),
    ("zhian", "治安镇"),
    ("dongming", "东明镇"),
    ("sharihaolai", "沙日浩来镇"),
    ("yilongyong", "义隆永镇"),
    ("gurbh", ""),
    ("guribanhua", "固日班花苏木"),
    ("baiyintala", "白音他拉苏木"),
    ("mingren", "明仁苏木"),
    ("huanghuatala", "黄花塔拉苏木"),
    ("tuchengzi", "土城子乡"),
    ("weiliansu", "苇莲苏乡"),
    ("liuhaonongchang", "六号农场"),
    ("luhaonongchang", "六号农场"),
    ("dqtljd", "大沁他拉街道"),
    ("ＤＱＴＬＪＤ", "大沁他拉街道"),
    ("SRHL", "沙日浩来镇"),
    ("  沙日浩来 ", "沙日浩来镇"),
    ("大沁他拉　街道", "大沁他拉街道"),
]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("大沁他拉镇", "大沁他拉镇 daqintalazhen dqtlz"),
        ("六号农场", "六号农场 liuhaonongchang lhnc luhaonongchang"),
        ("长乐村", "长乐村 changlecun clc changyuecun cyc zhanglecun zlc zhangyuecun zyc"),
        ("Ａ区（北）", "a区(北) aqubei aqb"),
        ("abc", "abc"),
        ("（）", "()"),
        ("", ""),
    ],
)
def test_search_key_holds_name_pinyin_and_initials(text, key):
    assert search_key(text) == key


@pytest.mark.django_db
def test_search_finds_every_township_by_pinyin():
    load_register(by=None)
    townships = Organisation.objects.filter(kind__in=["township", "subdistrict", "farm"])

    found = {
        query: next(
            (row.short_name for row in townships.search(query).best_first(query)),
            "",
        )
        for query, _name in TOWNSHIPS
    }

    assert found == dict(TOWNSHIPS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("dqtl", "大沁他拉镇"),
        ("大沁", "大沁他拉镇"),
        ("sanhe", "三合村"),
        ("新镇", "新镇"),
        ("xz", "新镇"),
    ],
)
def test_best_first_puts_what_is_called_so_before_what_contains_it(query, first):
    load_register(by=None)

    rows = Organisation.objects.search(query).best_first(query)

    assert rows[0].short_name == first


@pytest.mark.django_db
def test_search_parts_namesakes_by_their_township():
    load_register(by=None)

    found = Organisation.objects.search("三合 mingren").for_list()

    assert [row.full_label for row in found] == ["明仁苏木·三合村"]


@pytest.mark.django_db
def test_search_looks_in_former_names():
    unit = OrganisationFactory(name="奈曼旗农牧局", short_name="旗农牧局")
    unit.names.create(name="奈曼旗农牧业局", kind="former")
    unit.save()

    found = Organisation.objects.search("nongmuyeju")

    assert list(found) == [unit]


@pytest.mark.django_db
def test_saving_few_fields_keeps_the_search_text():
    unit = OrganisationFactory(name="奈曼旗民政局", short_name="旗民政局")
    unit.short_name = "民政局"

    unit.save(update_fields=["short_name"])

    unit.refresh_from_db()
    assert unit.search_text == "奈曼旗民政局 naimanqiminzhengju nmqmzj 民政局 minzhengju mzj"

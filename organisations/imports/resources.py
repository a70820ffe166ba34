"""What units share, as a ledger."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.imports.ledger import CellFault, Column, Facts, Row, register
from core.imports.readers import names, one_of, paragraph, text, whole_number, yes_no
from organisations.actions.resources import create_resource, edit_resource, remove_resource
from organisations.imports.columns import TAGS_ONLY, nothing, tags
from organisations.imports.units import UnitLedger
from organisations.models import Organisation, OrganisationTag, Resource

BATCH = 500
MOST_TAGS = 20
LARGEST = 1_000_000
LONGEST = 300
TEXTS = ("name", "place", "introduction", "conditions")


def kinds() -> dict[str, str]:
    return {str(label): value for value, label in Resource.Kind.choices}


COLUMNS = (
    Column(
        "name",
        gettext_lazy("名称"),
        text(60),
        aliases=("资源名称", "阵地名称", "阵地", "场馆名称", "队伍名称", "资源"),
        is_required=True,
        is_free_text=True,
        example="镇文化站多功能厅",
        width=24,
    ),
    Column(
        "kind",
        gettext_lazy("类别"),
        one_of(kinds),
        aliases=("资源类别", "类型", "资源类型", "阵地类型"),
        is_required=True,
        options=lambda: list(kinds()),
        words=lambda _ledger, value: str(Resource.Kind(value).label) if value else "",
        example="会议培训场地",
        width=14,
    ),
    Column(
        "organisation",
        gettext_lazy("所属单位"),
        text(100),
        aliases=("单位", "单位名称", "管理单位", "权属单位", "责任单位"),
        is_required=True,
        words=lambda ledger, value: ledger.unit_words(value),
        example="大沁他拉镇",
        width=20,
    ),
    Column(
        "place",
        gettext_lazy("地点"),
        text(100),
        blank=str,
        aliases=("地址", "位置", "所在地点", "具体位置"),
        is_free_text=True,
        example="镇文化站二楼",
        width=24,
    ),
    Column(
        "capacity",
        gettext_lazy("容纳人数"),
        whole_number(1, LARGEST),
        blank=nothing,
        aliases=("可容纳人数", "容量", "人数"),
        example=120,
        width=9,
    ),
    Column(
        "introduction",
        gettext_lazy("简介"),
        paragraph(LONGEST),
        blank=str,
        aliases=("资源简介", "基本情况", "内容介绍", "说明", "介绍"),
        is_free_text=True,
        width=40,
    ),
    Column(
        "conditions",
        gettext_lazy("使用条件"),
        paragraph(LONGEST),
        blank=str,
        aliases=("使用要求", "预约要求"),
        is_free_text=True,
        width=30,
    ),
    Column(
        "tags",
        gettext_lazy("标签"),
        names(MOST_TAGS, 30),
        blank=list,
        aliases=("资源标签",),
        hint=TAGS_ONLY,
        width=18,
    ),
    Column(
        "is_open",
        gettext_lazy("开放共享"),
        yes_no,
        aliases=("是否开放", "对外开放"),
        options=lambda: [str(_("是")), str(_("否"))],
        width=9,
    ),
)


@register
class Resources(UnitLedger):
    """One row a resource; the same one belongs to the same unit under the same name."""

    key = "organisations.resources"
    title = gettext_lazy("阵地资源")
    noun = gettext_lazy("项资源")
    action = "resource.edit"
    list_url = "organisations:resource_list"
    key_columns = ("name", "organisation")
    columns = COLUMNS
    computed = (gettext_lazy("最近空闲日"),)
    most_rows = 2000

    def load(self, rows: Sequence[Row]) -> None:
        self.tags = OrganisationTag.objects.in_bulk(field_name="name")
        editable = Resource.objects.editable_by(self.by).values("pk")
        self.editable = set(editable.values_list("pk", flat=True))
        mine = Organisation.objects.within(self.by, "resource.edit")
        outside = Organisation.objects.editable_by(self.by).filter(is_external=True)
        self.mine = {*mine.values_list("pk", flat=True), *outside.values_list("pk", flat=True)}
        for row in rows:
            self._name_unit(row)
        wanted = [row.values["organisation"] for row in rows if "organisation" in row.values]
        self.organisations = _in_bulk(Organisation.objects.select_related("region"), wanted)
        self.known = {}
        for start in range(0, len(wanted), BATCH):
            found = _with_tags().filter(organisation__in=wanted[start : start + BATCH])
            self.known |= {(one.organisation_id, _key(one.name)): one for one in found}

    def _name_unit(self, row: Row) -> None:
        if name := row.values.pop("organisation", None):
            try:
                row.values["organisation"] = self.unit(name, key="organisation")
            except CellFault as fault:
                row.faults.append(fault)

    def resolve(self, row: Row) -> None:
        unknown = [name for name in row.values.get("tags") or () if name not in self.tags]
        if unknown:
            told = _("没有“%(names)s”这个标签；可用的有：%(known)s。")
            facts = {"names": "、".join(unknown), "known": "、".join(tags())}
            row.faults.append(CellFault(told % facts, key="tags"))

    def identify(self, row: Row) -> Resource | None:
        found = self.known.get((row.values.get("organisation"), _key(row.values.get("name") or "")))
        for key in TEXTS if found else ():
            # Only the layout differs, and nobody means a space.
            if self.by_key[key].read(getattr(found, key)) == row.values.get(key):
                del row.values[key]
        return found

    def facts_of(self, found: Resource) -> Facts:
        return {
            "name": found.name,
            "kind": found.kind,
            "organisation": found.organisation_id,
            "place": found.place,
            "capacity": found.capacity,
            "introduction": found.introduction,
            "conditions": found.conditions,
            "tags": sorted(tag.name for tag in found.tags.all()),
            "is_open": found.is_open,
        }

    def complete(self, row: Row) -> Facts:
        empty: Facts = {
            "place": "",
            "capacity": None,
            "introduction": "",
            "conditions": "",
            "tags": [],
            "is_open": True,
        }
        return empty | row.values

    def identity(self, row: Row) -> Any:
        return row.facts.get("organisation"), _key(row.facts.get("name") or "")

    def check(self, row: Row) -> Iterable[CellFault]:
        facts = (self.facts_of(row.found) if row.found else {}) | row.facts
        unit = self.organisations[facts["organisation"]]
        may = row.found.pk in self.editable if row.found else unit.pk in self.mine
        if not may:
            told = _("“%s”不在你管理的范围内，不能登记或修改它的资源。")
            yield CellFault(told % unit.short_name, key="organisation")
        elif facts["is_open"] and not unit.is_active:
            told = _("“%s”不在有效期内，请选现在的单位。")
            yield CellFault(told % unit.short_name, key="organisation")

    def label_of(self, row: Row) -> str:
        name = row.found.name if row.found else row.values.get("name")
        unit = row.values.get("organisation")
        if not name:
            return _("第 %d 行") % row.number
        return f"{self.unit_words(unit)} {name}" if unit else str(name)

    def add(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        for done, row in enumerate(rows, start=1):
            row.object_pk = create_resource(self._given(row.facts), by=self.by).pk
            advance(done)

    def change(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        for done, row in enumerate(rows, start=1):
            edit_resource(row.found, self._given(row.facts), by=self.by)
            advance(done)

    def _given(self, facts: Facts) -> dict[str, Any]:
        """The facts as the actions take them."""
        given = dict(facts)
        if "organisation" in given:
            given["organisation"] = self.organisations[given["organisation"]]
        if "tags" in given:
            given["tags"] = [self.tags[name] for name in given["tags"]]
        return given

    def fetch(self, pks: Sequence[int]) -> Mapping[int, Resource]:
        self.tags = OrganisationTag.objects.in_bulk(field_name="name")
        return _in_bulk(_with_tags(), pks)

    def in_reach(self, found: Mapping[int, Resource]) -> Collection[int]:
        return set(Resource.objects.editable_by(self.by).values_list("pk", flat=True))

    def remove(self, rows: Sequence[Row]) -> None:
        for row in rows:
            remove_resource(row.found, by=self.by)


def _with_tags() -> Any:
    return Resource.objects.select_related("organisation").prefetch_related("tags")


def _in_bulk(rows: Any, pks: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for start in range(0, len(pks), BATCH):
        found |= rows.in_bulk(list(pks[start : start + BATCH]))
    return found


def _key(name: str) -> str:
    return "".join(name.split()).casefold()

"""Titles that an authority has given, as a ledger; what is on its way is done on its own page."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleError
from core.imports.ledger import CellFault, Column, Facts, Row, register
from core.imports.readers import day, one_of, text
from core.imports.trial import refusal_of
from demonstrations.actions import create_title, edit_title, editable_fields, remove_title
from demonstrations.models import Title
from organisations.imports import UnitLedger
from organisations.models import Organisation

BATCH = 500
DATES = ("named_on", "valid_until")
# How offices write the levels beside their labels.
LEVELS = {
    "全国": Title.Level.NATIONAL,
    "自治区": Title.Level.REGIONAL,
    "省级": Title.Level.REGIONAL,
    "盟市级": Title.Level.CITY,
    "通辽市": Title.Level.CITY,
    "旗县级": Title.Level.COUNTY,
    "县级": Title.Level.COUNTY,
}


def labels(choices: Any) -> dict[str, str]:
    return {str(label): value for value, label in choices}


def nothing() -> None:
    return None


COLUMNS = (
    Column(
        "place",
        gettext_lazy("所在苏木乡镇"),
        text(40),
        aliases=("苏木乡镇", "乡镇", "所属乡镇", "所在乡镇", "苏木乡镇（街道）", "乡镇街道"),
        hint=gettext_lazy("嘎查村、社区填；重名的单位靠它分清。"),
    ),
    Column(
        "organisation",
        gettext_lazy("单位"),
        text(100),
        aliases=("单位名称", "创建主体", "命名单位", "示范单位名称", "获评单位", "创建单位"),
        is_required=True,
        words=lambda ledger, value: ledger.unit_words(value),
        example="大沁他拉镇",
        width=24,
    ),
    Column(
        "full_name",
        gettext_lazy("单位全称"),
        text(100),
        aliases=("全称",),
        hint=gettext_lazy("填了单位的不用填。"),
        width=30,
    ),
    Column(
        "level",
        gettext_lazy("级别"),
        one_of(lambda: labels(Title.Level.choices) | LEVELS),
        aliases=("示范级别", "命名级别", "层级", "示范等级"),
        is_required=True,
        options=lambda: list(labels(Title.Level.choices)),
        words=lambda _ledger, value: str(Title.Level(value).label) if value else "",
        example="市级",
        width=9,
    ),
    Column(
        "type",
        gettext_lazy("类型"),
        one_of(lambda: labels(Title.Type.choices)),
        aliases=("示范类型", "命名类型", "称号", "荣誉称号"),
        is_required=True,
        options=lambda: list(labels(Title.Type.choices)),
        words=lambda _ledger, value: str(Title.Type(value).label) if value else "",
        example="示范单位",
        width=10,
    ),
    Column(
        "batch",
        gettext_lazy("批次"),
        text(30),
        blank=str,
        aliases=("命名批次", "届次"),
        is_free_text=True,
        example="第九批",
        width=10,
    ),
    Column(
        "authority",
        gettext_lazy("命名机关"),
        text(100),
        aliases=("命名单位（机关）", "命名部门", "发文机关", "授予机关", "批准机关"),
        is_required=True,
        is_free_text=True,
        hint=gettext_lazy("旗级命名填旗委、旗人民政府等，不填旗创建办。"),
        width=26,
    ),
    Column(
        "document_number",
        gettext_lazy("命名文号"),
        text(60),
        aliases=("文号", "文件号", "命名文件"),
        is_required=True,
        is_free_text=True,
        width=22,
    ),
    Column(
        "named_on",
        gettext_lazy("命名日期"),
        day,
        aliases=("命名时间", "授予时间", "授牌时间", "批准时间", "获评时间"),
        is_required=True,
        example="2024-03-01",
        width=14,
    ),
    Column(
        "valid_until",
        gettext_lazy("有效期至"),
        day,
        blank=nothing,
        aliases=("有效期", "到期时间", "到期日期", "有效期限"),
        hint=gettext_lazy("按命名文件填写；文件没有写的不填。"),
        width=14,
    ),
)


@register
class Titles(UnitLedger):
    """One row a naming; the same one has unit, level and type, and the day or the document."""

    key = "demonstrations.titles"
    title = gettext_lazy("示范命名")
    noun = gettext_lazy("个命名")
    action = "title.edit"
    list_url = "demonstrations:title_list"
    key_columns = ("level", "named_on")
    columns = COLUMNS
    computed = (
        gettext_lazy("单位类型"),
        gettext_lazy("整改期限"),
        gettext_lazy("带动情况"),
        gettext_lazy("状态"),
    )
    most_rows = 2000

    def load(self, rows: Sequence[Row]) -> None:
        mine = Organisation.objects.within(self.by, self.action)
        self.mine = set(mine.values_list("pk", flat=True))
        self.doubts: dict[int, CellFault] = {}
        for row in rows:
            try:
                self._name_unit(row)
            except CellFault as fault:
                self.doubts[row.number] = fault
        wanted = {row.values["organisation"] for row in rows if "organisation" in row.values}
        self.organisations: dict[int, Organisation] = {}
        self.known: dict[tuple[int, str, str], list[Title]] = defaultdict(list)
        for some in _in_batches(sorted(wanted)):
            self.organisations |= Organisation.objects.in_bulk(some)
            for title in Title.objects.given().filter(organisation__in=some):
                self.known[title.organisation_id, title.level, title.type].append(title)

    def _name_unit(self, row: Row) -> None:
        name = row.values.pop("organisation", None)
        full_name = row.values.pop("full_name", None)
        place = self.township(row)
        row.values.pop("place", None)
        if not (name or full_name):
            raise CellFault(_("没有填单位，认不出是哪个单位。"), key="organisation")
        key = "organisation" if name else "full_name"
        row.values["organisation"] = self.unit(name or full_name, key=key, place=place)

    def identify(self, row: Row) -> Title | None:
        """Of the same day, or under the same document where its day was corrected."""
        if row.number in self.doubts:
            raise self.doubts[row.number]
        values = row.values
        alike = self.known[values.get("organisation"), values.get("level"), values.get("type")]
        day, number = values.get("named_on"), values.get("document_number")
        same_day = [title for title in alike if _iso(title.named_on) == day]
        same_document = [title for title in alike if number and title.document_number == number]
        return next(iter([*same_day, *same_document]), None)

    def facts_of(self, found: Title) -> Facts:
        return {
            "organisation": found.organisation_id,
            "level": found.level,
            "type": found.type,
            "batch": found.batch,
            "authority": found.authority,
            "document_number": found.document_number,
            "named_on": _iso(found.named_on),
            "valid_until": _iso(found.valid_until),
        }

    def complete(self, row: Row) -> Facts:
        return {"batch": "", "valid_until": None} | row.values

    def identity(self, row: Row) -> Any:
        keys = ("organisation", "level", "type", "named_on")
        return tuple(row.facts.get(key) for key in keys)

    def check(self, row: Row) -> Iterable[CellFault]:
        unit = row.found.organisation_id if row.found else row.facts["organisation"]
        if unit not in self.mine:
            told = _("“%s”不在你管理的范围内，不能登记它的示范命名。")
            yield CellFault(told % self.unit_words(unit), key="organisation")
        elif error := refusal_of(lambda: self._write(row)):
            yield CellFault(error.message, key=error.field or _first_beyond(row))

    def _write(self, row: Row) -> Title:
        given = dict(row.facts)
        for key in DATES:
            if given.get(key):
                given[key] = date.fromisoformat(given[key])
        if row.found is not None:
            return edit_title(row.found, given, by=self.by)
        given["organisation"] = self.organisations[given["organisation"]]
        return create_title(given, by=self.by)

    def label_of(self, row: Row) -> str:
        unit = row.values.get("organisation") or (row.found and row.found.organisation_id)
        level = row.facts.get("level") or row.values.get("level")
        if not (unit and level):
            return _("第 %d 行") % row.number
        return f"{self.unit_words(unit)} {Title.Level(level).label}"

    def add(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        self._write_all(rows, advance)

    def change(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        self._write_all(rows, advance)

    def _write_all(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        for done, row in enumerate(rows, start=1):
            try:
                row.object_pk = self._write(row).pk
            except RuleError as error:
                told = _("第 %(row)d 行“%(name)s”：%(why)s")
                facts = {"row": row.number, "name": row.label, "why": error.message}
                raise RuleError(told % facts) from error
            advance(done)

    def fetch(self, pks: Sequence[int]) -> Mapping[int, Title]:
        found: dict[int, Title] = {}
        for some in _in_batches(pks):
            found |= Title.objects.select_related("organisation").in_bulk(some)
        return found

    def in_reach(self, found: Mapping[int, Title]) -> Collection[int]:
        return set(Title.objects.editable_by(self.by).values_list("pk", flat=True))

    def remove(self, rows: Sequence[Row]) -> None:
        for row in rows:
            remove_title(row.found, by=self.by)


def _first_beyond(row: Row) -> str:
    """The column whose fact can no longer be corrected without a decision."""
    allowed = editable_fields(row.found) if row.found else row.facts
    return next((key for key in row.facts if key not in allowed), "")


def _iso(day: date | None) -> str | None:
    return day and day.isoformat()


def _in_batches(pks: Sequence[int]) -> Iterable[list[int]]:
    for start in range(0, len(pks), BATCH):
        yield list(pks[start : start + BATCH])

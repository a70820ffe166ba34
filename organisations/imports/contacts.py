"""The contacts of units as a ledger.

A contact that is replaced is erased at once, so an import cannot keep it to bring it back: its
rows say only that there was one, and undoing erases whatever the import entered.
"""

import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.imports.ledger import CellFault, Column, Facts, Row, register
from core.imports.readers import text
from core.models import ImportRow
from core.sheets import Cell
from organisations.actions.contacts import ENTERED, REPLACED, remove_contact, set_contact, stamp
from organisations.imports.units import UnitLedger
from organisations.models import Contact, Organisation
from organisations.models.contact import NAME_LENGTH, PHONE_LENGTH

BATCH = 500
# Kept instead of the facts, which would outlast the contact: which save it was.
STAMP = "stamp"

DASHES = str.maketrans("－—–―", "----")


def phone(cell: Cell) -> str:
    """Full-width figures and every sort of dash are one number all the same."""
    return unicodedata.normalize("NFKC", text(PHONE_LENGTH)(cell)).translate(DASHES)


COLUMNS = (
    Column(
        "place",
        gettext_lazy("所在苏木乡镇"),
        text(40),
        aliases=("苏木乡镇", "乡镇", "所属乡镇", "所在乡镇", "苏木乡镇（街道）", "乡镇街道"),
        hint=gettext_lazy("嘎查村、社区填；重名的单位靠它分清。"),
        example="大沁他拉镇",
    ),
    Column(
        "unit",
        gettext_lazy("单位"),
        text(100),
        aliases=("单位名称", "全称", "单位全称", "所在单位", "工作单位", "嘎查村", "村（社区）"),
        is_required=True,
        words=lambda ledger, value: ledger.unit_words(value),
        example="沙日塘村",
        width=30,
    ),
    Column(
        "name",
        gettext_lazy("联系人"),
        text(NAME_LENGTH),
        aliases=("单位联系人", "联络员", "联系人姓名", "联络员姓名", "姓名", "经办人"),
        is_required=True,
        is_free_text=True,
        example="王主任",
        width=12,
    ),
    Column(
        "work_phone",
        gettext_lazy("办公电话"),
        phone,
        aliases=("联系电话", "电话", "联系方式", "办公室电话", "单位电话", "固定电话", "座机"),
        is_free_text=True,
        hint=gettext_lazy("只填办公电话，不填个人手机号。"),
        example="0475-4212345",
    ),
)


@register
class Contacts(UnitLedger):
    """One row a unit; whoever may enter a contact on the unit's page may bring it in."""

    key = "organisations.contacts"
    title = gettext_lazy("单位联系人")
    noun = gettext_lazy("个联系人")
    action = "contact.edit"
    list_url = "organisations:organisation_list"
    withholds = True
    key_columns = ("unit",)
    columns = COLUMNS

    def load(self, rows: Sequence[Row]) -> None:
        self.mine = self._units_in_reach()
        self.held = {
            one.organisation_id: one for one in Contact.objects.select_related("organisation")
        }

    def _units_in_reach(self) -> set[int]:
        mine = Organisation.objects.within(self.by, "contact.edit")
        editable = Organisation.objects.editable_by(self.by)
        return {*mine.values_list("pk", flat=True), *editable.values_list("pk", flat=True)}

    def identify(self, row: Row) -> Contact | None:
        """The contact of the unit; an empty one where the row has none either: nothing to do."""
        name = row.values.pop("unit", None)
        if not name:
            raise CellFault(_("没有填单位，认不出是哪个单位。"), key="unit")
        unit = self.unit(name, key="unit", place=self.township(row))
        if unit not in self.mine:
            raise CellFault(_("这个单位不在你管理的范围内，不能登记联系人。"), key="unit")
        row.values = {"unit": unit} | {k: v for k, v in row.values.items() if k != "place"}
        if unit in self.held:
            return self.held[unit]
        told = row.values.get("name") or row.values.get("work_phone")
        return None if told else Contact(organisation_id=unit)

    def facts_of(self, found: Contact) -> Facts:
        held = found if found.pk else None
        return {"name": found.name, "work_phone": found.work_phone, STAMP: stamp(held)}

    def identity(self, row: Row) -> Any:
        return row.values["unit"]

    def label_of(self, row: Row) -> str:
        unit = row.values.get("unit")
        return self.unit_words(unit) if isinstance(unit, int) else _("第 %d 行") % row.number

    def withhold(self, records: Sequence[ImportRow]) -> None:
        """Who it was before is never kept; who it is now, only until it is saved."""
        saved = [record.object_pk for record in records if record.is_saved]
        stamps = {pk: stamp(contact) for pk, contact in self.fetch(saved).items()}
        for record in records:
            record.before = dict.fromkeys(record.before, "")
            record.shown = [[label, old and ENTERED, new] for label, old, new in record.shown]
            if record.is_saved:
                record.facts = {STAMP: stamps[record.object_pk]}
                record.shown = [
                    [label, old, REPLACED if old else ENTERED] for label, old, _new in record.shown
                ]

    def add(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        units = Organisation.objects.in_bulk([row.facts["unit"] for row in rows])
        for done, row in enumerate(rows, start=1):
            unit = units[row.facts["unit"]]
            row.object_pk = self._set(unit, row.facts, seen="").pk
            advance(done)

    def change(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        """An undone change has nothing to come back to: what the import entered is erased."""
        for done, row in enumerate(rows, start=1):
            facts = self.facts_of(row.found) | row.facts
            if facts["name"]:
                self._set(row.found.organisation, facts, seen=stamp(row.found))
            else:
                remove_contact(row.found.organisation, by=self.by)
            advance(done)

    def _set(self, unit: Organisation, facts: Facts, *, seen: str) -> Contact:
        """Whoever was entered between the look and the lock goes before the ledger."""
        phone = facts.get("work_phone") or ""
        return set_contact(unit, name=facts["name"], work_phone=phone, by=self.by, seen=seen)

    def fetch(self, pks: Sequence[int]) -> Mapping[int, Contact]:
        rows = Contact.objects.select_related("organisation")
        found: dict[int, Contact] = {}
        for start in range(0, len(pks), BATCH):
            found |= rows.in_bulk(list(pks[start : start + BATCH]))
        return found

    def in_reach(self, found: Mapping[int, Contact]) -> Collection[int]:
        units = self._units_in_reach()
        return {pk for pk, contact in found.items() if contact.organisation_id in units}

    def remove(self, rows: Sequence[Row]) -> None:
        for row in rows:
            remove_contact(row.found.organisation, by=self.by)

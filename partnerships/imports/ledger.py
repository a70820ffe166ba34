"""Partnerships brought in as proposals: their members are asked, as if the form had been filled in.

What runs already is only compared: whoever agreed to it agreed to that and nothing else. Every
rule of a proposal is found by making it on trial and taking it back, so that an import refuses
exactly what the form would refuse.
"""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from core.imports.ledger import CellFault, Facts, Row
from core.imports.trial import refusal_of
from organisations.imports import UnitLedger
from organisations.models import Organisation
from organisations.search import fold
from partnerships.forms import NAME_LENGTH, PartnershipForm
from partnerships.imports import storing
from partnerships.imports.columns import COMPUTED, TEXTS
from partnerships.models import ContentKind, Member, Partnership
from partnerships.permissions import can_edit_partnership, can_keep_partnership

UNITS = ("members", "served")


def name_key(text: str) -> str:
    """Spaces, width and case make no other project."""
    return "".join(fold(text).split())


class PartnershipLedger(UnitLedger):
    """One row a project of one form; the same one has the same lead and name.

    A ledger without names is matched by the lead and all members.
    """

    action = "partnership.propose"
    list_url = "partnerships:partnership_list"
    key_columns = ("lead",)
    computed = COMPUTED
    most_rows = 2000
    form_class: ClassVar[type[PartnershipForm]]
    model: ClassVar[type[Partnership]]
    propose: ClassVar[Callable[..., Partnership]]
    revise: ClassVar[Callable[..., Partnership]]
    # Which role the units of a column get, and which column an action's field is.
    roles: ClassVar[Mapping[str, str]] = {"members": Member.MemberRole.MEMBER}
    fields: ClassVar[Mapping[str, str]] = {"partners": "members", "partner_regions": "regions"}
    own_defaults: ClassVar[Facts] = {}

    # What a form adds to this: see Pairings, Linkages, Matrices, Alliances.

    @abstractmethod
    def own_facts(self, child: Any) -> Facts:
        """The form's own facts as they stand."""

    def own_fields(self, facts: Facts) -> dict[str, Any]:
        """The same as attributes of the child row."""
        return {}

    def own_terms(self, facts: Facts) -> dict[str, Any]:
        """What the form's actions take beside the row, its members and kinds."""
        return {}

    @abstractmethod
    def own_names(self, facts: Facts) -> dict[str, Any] | None:
        """By what the form names a project, beside the lead; None while that is missing.

        Units among the facts are rows here.
        """

    def load(self, rows: Sequence[Row]) -> None:
        self.kinds = {
            kind.pk: kind for kind in ContentKind.objects.filter(form=self.form_class.FORM)
        }
        found = storing.with_parts(Partnership.objects.visible_to(self.by))
        self.by_lead: dict[int, list[Partnership]] = defaultdict(list)
        for project in found.filter(form=self.form_class.FORM).order_by("-starts_on", "-pk"):
            self.by_lead[project.lead_id].append(project)
        wanted: set[int] = set()
        for row in rows:
            wanted |= self._name_units(row)
        self.organisations = storing.units(wanted | self._members_known())

    def _members_known(self) -> set[int]:
        """Of every project, its units: what a row does not name stays as it is."""
        known = [project for projects in self.by_lead.values() for project in projects]
        return {member.organisation_id for project in known for member in project.members.all()}

    def _name_units(self, row: Row) -> set[int]:
        if name := row.values.pop("lead", None):
            try:
                row.values["lead"] = self.unit(name, key="lead")
            except CellFault as fault:
                row.faults.append(fault)
        named = {row.values.get("lead")} - {None}
        for key in UNITS:
            if key in row.values:
                row.values[key] = self.units_named(row, key) or []
                named |= set(row.values[key])
        return named

    def resolve(self, row: Row) -> None:
        if "content_kinds" not in row.values:
            return
        known = {kind.name: pk for pk, kind in self.kinds.items()}
        unknown = [name for name in row.values["content_kinds"] if name not in known]
        if unknown:
            told = _("没有“%(names)s”这项内容；可填的有：%(known)s。")
            facts = {"names": "、".join(unknown), "known": "、".join(known)}
            row.faults.append(CellFault(told % facts, key="content_kinds"))
        row.values["content_kinds"] = sorted(
            known[name] for name in row.values["content_kinds"] if name in known
        )

    def identify(self, row: Row) -> Partnership | None:
        if "lead" not in row.values:
            return None
        found = self._same(row)
        self._agreements(row, found)
        if found is None:
            return None
        for key in TEXTS:
            if key in row.values and self._reads_as(found, key, row.values[key]):
                del row.values[key]
        for key in UNITS:
            if key in row.values:
                # Who declined stays in the record, named or not, and is not asked once more.
                row.values[key] = sorted(set(row.values[key]) - storing.declined(found))
        return found

    def _reads_as(self, found: Partnership, key: str, value: str) -> bool:
        """Whether only the layout differs."""
        said = self.by_key[key].read(getattr(found, key))
        return said == value or (key == "name" and name_key(said) == name_key(value))

    def _same(self, row: Row) -> Partnership | None:
        """Begun on the same day, or else still open; what is over may come again."""
        alike = [one for one in self.by_lead[row.values["lead"]] if self._is_alike(one, row)]
        day = row.values.get("starts_on")
        same_day = [one for one in alike if one.starts_on.isoformat() == day]
        still_open = [one for one in alike if one.is_open]
        return next(iter([*same_day, *still_open]), None)

    def _is_alike(self, project: Partnership, row: Row) -> bool:
        if name := row.values.get("name"):
            return name_key(project.name) == name_key(name)
        members = {member.organisation_id for member in project.members.all()}
        named = {pk for key in UNITS for pk in row.values.get(key) or ()}
        return bool(named) and members - {project.lead_id} == named

    def _agreements(self, row: Row, found: Partnership | None) -> None:
        """Numbers and the day of signing become one fact; what is filed already stays."""
        signed_on = row.values.pop("signed_on", None)
        if "agreements" not in row.values:
            return
        held = dict(storing.agreements_of(found) if found else ())
        new = [number for number in row.values["agreements"] if number not in held]
        if new and (len(new) > 1 or not signed_on):
            told = _("新登记的协议要写签订日期，一行一份；其余请在项目页登记。")
            row.faults.append(CellFault(told, key="signed_on" if len(new) == 1 else "agreements"))
        filed = held | dict.fromkeys(new, signed_on)
        row.values["agreements"] = [list(pair) for pair in sorted(filed.items())]

    def facts_of(self, found: Partnership) -> Facts:
        return {
            "name": found.name,
            "lead": found.lead_id,
            **{key: storing.standing(found, role) for key, role in self.roles.items()},
            "starts_on": found.starts_on.isoformat(),
            "ends_on": found.ends_on and found.ends_on.isoformat(),
            "content_kinds": sorted(kind.pk for kind in found.content_kinds.all()),
            "aim": found.aim,
            "budget_asked": None if found.budget_asked is None else str(found.budget_asked),
            "agreements": [list(pair) for pair in storing.agreements_of(found)],
            **self.own_facts(found.details),
        }

    def identity(self, row: Row) -> Any:
        named = [pk for key in UNITS for pk in row.facts.get(key) or ()]
        name = row.values.get("name")
        return row.facts.get("lead"), name_key(name) if name else tuple(sorted(named))

    def complete(self, row: Row) -> Facts:
        empty: Facts = {
            "name": "",
            "ends_on": None,
            "aim": "",
            "budget_asked": None,
            "agreements": [],
            "content_kinds": [],
            **{key: [] for key in self.roles},
            **self.own_defaults,
        }
        facts = empty | row.values
        facts["name"] = facts["name"] or self._default_name(facts)
        return facts

    def _default_name(self, facts: Facts) -> str:
        """As the form names a project; nothing while something is missing that belongs in it."""
        units = {key: [self.organisations[pk] for pk in facts[key]] for key in self.roles}
        named = self.own_names(facts | units)
        if named is None or not facts.get("lead"):
            return ""
        lead = self.organisations[facts["lead"]]
        return self.form_class.default_name({"lead": lead} | named)[:NAME_LENGTH]

    def check(self, row: Row) -> Iterable[CellFault]:
        facts = (self.facts_of(row.found) if row.found else {}) | row.facts
        faults = [*self._refused(row), *self._twice(facts)]
        if facts["ends_on"] and facts["ends_on"] < facts["starts_on"]:
            told = _("结束日期早于开始日期，请核对两个日期。")
            faults.append(CellFault(told, key="ends_on"))
        return faults or self._tried(row)

    def _refused(self, row: Row) -> Iterable[CellFault]:
        """What the user may not change, or nobody may any more."""
        if row.found is None:
            return
        may_keep = can_keep_partnership(self.by, row.found)
        may_edit = can_edit_partnership(self.by, row.found)
        for key in row.facts:
            if not (may_keep if key == "agreements" else may_edit):
                told = _("平台里已有“%s”，内容与表里不同；修改它请找牵头单位或旗创建办。")
                yield CellFault(told % row.found, key=key)
            elif key != "agreements" and not row.found.is_proposed:
                told = _("项目“%(name)s”%(status)s，不能用导入修改。")
                facts = {"name": row.found, "status": row.found.get_status_display()}
                yield CellFault(told % facts, key=key)
        if told := storing.left_out(row.found, row.facts, self.roles):
            yield CellFault(told, key="members")

    def _twice(self, facts: Facts) -> Iterable[CellFault]:
        """Nobody stands in two places."""
        seen = {facts["lead"]}
        for key in self.roles:
            for pk in facts[key]:
                if pk in seen:
                    told = _("“%s”已在同一行写过一次，请只留一处。")
                    yield CellFault(told % self.unit_words(pk), key=key)
            seen |= set(facts[key])

    def _tried(self, row: Row) -> Iterable[CellFault]:
        """The sentence with which the deed itself would refuse this row."""
        if error := refusal_of(lambda: storing.write(self, row)):
            field = self.fields.get(error.field, error.field)
            yield CellFault(error.message, key=field if field in self.by_key else "")

    def label_of(self, row: Row) -> str:
        name = row.found.name if row.found else row.facts.get("name") or row.values.get("name")
        return str(name or _("第 %d 行") % row.number)

    def kind_words(self, value: list[int]) -> str:
        return "、".join(self.kinds[pk].name for pk in value)

    def units_of(self, facts: Facts) -> dict[Organisation, str]:
        """Every member with its role, the lead first, as the actions take them."""
        units = {self.organisations[facts["lead"]]: str(self.form_class.LEAD_ROLE)}
        for key, role in self.roles.items():
            units |= {self.organisations[pk]: str(role) for pk in facts[key]}
        return units

    def add(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        storing.write_all(self, rows, advance)

    def change(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        storing.write_all(self, rows, advance)

    def fetch(self, pks: Sequence[int]) -> Mapping[int, Partnership]:
        """With all that undoing needs: it begins without a `load`."""
        found = storing.fetch(pks)
        self.kinds = ContentKind.objects.in_bulk()
        members = [one for project in found.values() for one in project.members.all()]
        self.organisations = storing.units({member.organisation_id for member in members})
        return found

    def in_reach(self, found: Mapping[int, Partnership]) -> Collection[int]:
        """Where a unit for which the user proposes still takes part."""
        mine = Organisation.objects.within(self.by, self.action).values_list("pk", flat=True)
        units = set(mine)
        return {
            pk
            for pk, project in found.items()
            if any(member.organisation_id in units for member in project.members.all())
        }

    def remove(self, rows: Sequence[Row]) -> None:
        storing.remove(self, rows)

"""Activities brought in as drafts of the unit that reports them: sending them stays its own deed.

What is filled in must be right at once; what a report still lacks is filled in on its page, or in
the file before it is brought in again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.forms.texts import NEVER
from activities.imports import storing
from activities.imports.columns import COLUMNS, COMPUTED, TEXTS
from activities.imports.known import Known, facts_of, title_key
from activities.models import Activity
from activities.models.doubles import NEARBY, likeness_of
from activities.rules import Report, faults_of
from core.imports.ledger import NEW, Candidate, CellFault, Facts, Row, register
from core.personal_data import find_personal_data
from core.templatetags.ui import cn_date
from organisations.imports import UnitLedger
from organisations.models import Organisation


@register
class Activities(UnitLedger):
    """One row an activity; the same one has the same host, first day and title."""

    key = "activities.activities"
    title = gettext_lazy("联创共建活动")
    noun = gettext_lazy("个活动")
    action = "activity.report"
    list_url = "activities:activity_list"
    key_columns = ("title", "starts_on")
    columns = COLUMNS
    computed = COMPUTED
    most_rows = 2000

    def load(self, rows: Sequence[Row]) -> None:
        self.own = self._own_unit()
        units = {self.own} if self.own else set()
        for row in rows:
            self._name_units(row)
            units |= {row.values.get("host"), row.values.get("reporter")} - {None}
            units |= set(row.values.get("joint_units") or ())
        days = [row.values["starts_on"] for row in rows if row.values.get("starts_on")]
        self.known = Known(self.by, units, days)
        self.denied: dict[int, list[int]] = {}

    def _own_unit(self) -> int | None:
        """Whose ledger it is where no column says so: the one unit for which the user reports."""
        own = {grant.organisation.pk for grant in self.by.grants(self.action)}
        return own.pop() if len(own) == 1 else None

    def _name_units(self, row: Row) -> None:
        for key in ("host", "reporter"):
            if name := row.values.pop(key, None):
                try:
                    row.values[key] = self.unit(name, key=key)
                except CellFault as fault:
                    row.faults.append(fault)
        is_doubtful = "host" in {fault.key for fault in row.faults}
        if "host" not in row.values and self.own and not is_doubtful:
            row.values["host"] = self.own
        if "joint_units" in row.values:
            found = self.units_named(row, "joint_units")
            row.values["joint_units"] = [pk for pk in found or () if pk != row.values.get("host")]

    def resolve(self, row: Row) -> None:
        reporter = self._reporter(row.values)
        if named := row.values.get("partnerships"):
            row.values["partnerships"] = self.known.whole_names(named)
        for key, find in (
            ("partnerships", lambda name: self.known.project(name, reporter)),
            ("joint_tags", self.known.tag),
            ("content_kinds", lambda name: self.known.kind(name, row.values.get("partnerships"))),
        ):
            if key in row.values:
                row.values[key] = self._found(row, key, find)

    def _found(self, row: Row, key: str, find: Callable[[str], int]) -> list[int]:
        found = set()
        for name in row.values[key]:
            try:
                found.add(find(name))
            except CellFault as fault:
                fault.key = key
                row.faults.append(fault)
        return sorted(found)

    def _reporter(self, values: Facts) -> int | None:
        """Who hosts reports, or the own unit where it took part in what another hosts."""
        told, host = values.get("reporter"), values.get("host")
        took_part = self.own in (values.get("joint_units") or ())
        return told or (self.own if took_part and host not in self.known.mine else host)

    def identify(self, row: Row) -> Activity | None:
        values = row.values
        host, day, title = (values.get(key) for key in ("host", "starts_on", "title"))
        if not (host and day and title):
            return None
        found = self.known.activities.get((host, day, title_key(title)))
        if found is None:
            found = self._double(row)
            if found is not None:
                row.values = {}
            return found
        for key in TEXTS:
            if key in values and self.by_key[key].read(getattr(found, key)) == values[key]:
                # Only the layout differs, and nobody reports a space.
                del values[key]
        return found

    def _double(self, row: Row) -> Activity | None:
        """The sent report that the user says is the same; CellFault while that is open."""
        asked = Activity(title=row.values["title"], place=row.values.get("place") or "")
        units = {row.values["host"], *(row.values.get("joint_units") or ())}
        found = {
            other.pk: other
            for other in self.known.near(row.values["starts_on"], NEARBY, units)
            if likeness_of(other, asked)
        }
        if not found:
            return None
        token = f"double:{row.values['host']}:{row.values['starts_on']}:{title_key(asked.title)}"
        answer = self.choices.get(token)
        if answer == NEW:
            self.denied[row.number] = list(found)
            return None
        if answer in found:
            return found[answer]
        labels = {pk: _described(other) for pk, other in found.items()}
        raise CellFault(
            _("可能已经报送过：%s。是同一个活动就选它，不再导入；不是就选“都不是”。")
            % "；".join(labels.values()),
            key="title",
            candidates=[Candidate(pk, label) for pk, label in labels.items()],
            token=token,
            may_be_new=True,
            # Whether two reports are of one event is for people to say.
            is_tie=True,
        )

    def facts_of(self, found: Activity) -> Facts:
        return facts_of(found)

    def identity(self, row: Row) -> Any:
        facts = row.facts
        return facts["host"], facts["starts_on"], title_key(facts["title"])

    def complete(self, row: Row) -> Facts:
        """As on the page: a partnership brings its members and kinds along, unless told."""
        facts: Facts = {
            "title": "",
            "starts_on": None,
            "ends_on": None,
            "place": "",
            "reporter": self._reporter(row.values),
            "host": None,
            "joint_units": None,
            "partnerships": [],
            "content_kinds": None,
            "joint_tags": [],
            "is_themed": False,
            "head_count": None,
            "summary": "",
            "outcome": "",
        } | row.values
        if facts["joint_units"] is None:
            members = self.known.members_of(facts["partnerships"])
            facts["joint_units"] = sorted(members - {facts["host"]})
        if facts["content_kinds"] is None:
            facts["content_kinds"] = sorted(self.known.kinds_of(facts["partnerships"]))
        return facts

    def check(self, row: Row) -> Iterable[CellFault]:
        refused = [*self._refused(row), *_never_kept(row)]
        return refused or self._wrong(row)

    def _refused(self, row: Row) -> Iterable[CellFault]:
        """What the user may not report or change."""
        if row.found is None:
            if row.facts["reporter"] not in self.known.mine:
                told = _("“%s”不是本单位或代办的单位，不能代它报送；请核对主办单位和报送单位。")
                key = "reporter" if "reporter" in row.values else "host"
                yield CellFault(told % self.unit_words(row.facts["reporter"]), key=key)
            return
        reporter, status = row.found.reporter_id, row.found.get_status_display()
        for key in row.facts:
            if reporter not in self.known.mine:
                told = _("这个活动已由“%s”报送，不能用导入修改。")
                yield CellFault(told % self.unit_words(reporter), key=key)
            elif not row.found.is_open:
                yield CellFault(_("这个活动%s，不能用导入修改。") % status, key=key)

    def _wrong(self, row: Row) -> Iterable[CellFault]:
        """What is filled in and would not be sent so; what is missing may follow."""
        facts = (self.facts_of(row.found) if row.found else {}) | row.facts
        faults = faults_of(self._report(facts), today=timezone.localdate())
        return [CellFault(one.message, key=one.field) for one in faults if facts[one.field]]

    def _report(self, facts: Facts) -> Report:
        units = self.known.units
        return Report(
            title=facts["title"],
            starts_on=storing.as_day(facts["starts_on"]),
            ends_on=storing.as_day(facts["ends_on"]),
            summary=facts["summary"],
            reporter=units[facts["reporter"]],
            host=units[facts["host"]],
            joint_units=tuple(units[pk] for pk in facts["joint_units"]),
            partnerships=tuple(self.known.projects[pk] for pk in facts["partnerships"]),
            content_kinds=tuple(self.known.kinds[pk] for pk in facts["content_kinds"]),
        )

    def label_of(self, row: Row) -> str:
        title = row.found.title if row.found else row.values.get("title")
        return str(title or _("第 %d 行") % row.number)

    def project_words(self, value: list[int]) -> str:
        return "、".join(self.known.projects[pk].name for pk in value)

    def kind_words(self, value: list[int]) -> str:
        return "、".join(self.known.kinds[pk].name for pk in value)

    def tag_words(self, value: list[int]) -> str:
        return "、".join(self.known.tags[pk] for pk in value)

    def add(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        storing.add(self, rows, advance)

    def change(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        storing.change(self, rows, advance)

    def fetch(self, pks: Sequence[int]) -> Mapping[int, Activity]:
        return storing.fetch(pks)

    def in_reach(self, found: Mapping[int, Activity]) -> Collection[int]:
        units = Organisation.objects.within(self.by, self.action).values_list("pk", flat=True)
        mine = set(units)
        return {pk for pk, activity in found.items() if activity.reporter_id in mine}

    def remove(self, rows: Sequence[Row]) -> None:
        storing.remove(self, rows)


def _never_kept(row: Row) -> Iterable[CellFault]:
    """An identity number stays out whatever the user says."""
    for key in TEXTS:
        for hit in find_personal_data(row.facts.get(key) or ""):
            if hit.kind == NEVER:
                yield CellFault(hit.message, key=key)


def _described(activity: Activity) -> str:
    return _("%(day)s“%(title)s”（%(unit)s报送）") % {
        "day": cn_date(activity.starts_on),
        "title": activity.title,
        "unit": activity.reporter.full_label,
    }

"""Publishing and approving schemes. Author, publisher and approver are not one person."""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.balance import fresh_run
from assessment.actions.carrying import take_over
from assessment.actions.groups import renew_kinds
from assessment.actions.states import (
    SETTINGS,
    frozen_words,
    locked,
    record,
    require,
    wrong_state,
)
from assessment.leaf_values import source_fault
from assessment.metrics import catalogues_read_once
from assessment.models import Indicator, Rehearsal, Scheme
from assessment.permissions import made_results, wrote_scheme
from assessment.rehearsals import is_current
from assessment.rules import Fault, RuleRefused
from assessment.scoring import FormalismWarning, ScoredThing, check_scheme, lint_formalism
from assessment.specification import rule_of, scheme_spec
from assessment.table_cells import in_tree_order, outline
from core.errors import RuleError

Status = Scheme.Status


def scheme_faults(scheme: Scheme) -> list[Fault]:
    """Everything that keeps the scheme from being published."""
    departments = [fault for leaf in _manual_leaves(scheme) for fault in _department_faults(leaf)]
    return table_faults(scheme) + departments


def table_faults(scheme: Scheme) -> list[Fault]:
    """What keeps it from being scored, on whatever data; who gives the marks does not matter."""
    try:
        faults = check_scheme(scheme_spec(scheme))
    except RuleRefused:
        # The rest of the table is told all the same, the sums above all.
        rows = in_tree_order(scheme.indicators.all())
        faults = [*_unreadable(rows), *check_scheme(outline(scheme, rows))]
    if not scheme.members.exists():
        faults.append(Fault("分组", _("考核分组里还没有单位，请先分组")))
    return faults + _source_faults(scheme)


def _source_faults(scheme: Scheme) -> list[Fault]:
    """Leaves whose data source cannot give what their rule wants."""
    faults = []
    with catalogues_read_once():
        for leaf in scheme.indicators.exclude(rule_kind=""):
            try:
                wrong = source_fault(leaf)
            except RuleRefused:
                continue  # its parameters are a fault of their own
            if wrong:
                faults.append(Fault("数据来源", f"“{leaf.name}”：{wrong}", leaf.code))
    return faults


def _unreadable(rows: Iterable[Indicator]) -> Iterator[Fault]:
    for row in rows:
        try:
            rule_of(row)
        except RuleRefused as refused:
            for fault in refused.faults:
                yield Fault("参数", f"“{row.code}”：{fault.message}", row.code)


def _manual_leaves(scheme: Scheme) -> QuerySet[Indicator]:
    leaves = scheme.indicators.filter(source=Indicator.Source.MANUAL)
    own = scheme.members.filter(organisation=OuterRef("department")).values("kind")
    return leaves.select_related("department").annotate(own_kind=Subquery(own[:1]))


def _department_faults(leaf: Indicator) -> list[Fault]:
    """Somebody must mark every unit, and nobody marks their own."""
    if leaf.department is None:
        text = _("“{leaf}”没有负责评分的部门，请指定").format(leaf=leaf.name)
        return [Fault("负责部门", text, leaf.code)]
    if leaf.own_kind and (not leaf.applies_to or leaf.own_kind in leaf.applies_to):
        text = _("“{unit}”自己也被“{leaf}”考核，无人可评，请改由不参加考核的部门评分").format(
            unit=leaf.department, leaf=leaf.name
        )
        return [Fault("负责部门", text, leaf.code)]
    return []


def scheme_warnings(scheme: Scheme) -> list[FormalismWarning]:
    """Indicators that score the traces of work instead of the work."""
    return formalism_warnings(scheme.indicators.all())


def formalism_warnings(indicators: Iterable[Indicator]) -> list[FormalismWarning]:
    """The same of rows that are loaded already; a branch scores nothing."""
    leaves = [row for row in indicators if row.is_leaf]
    return lint_formalism([ScoredThing(leaf.code, leaf.name, leaf.metric) for leaf in leaves])


@transaction.atomic
def touch_table(scheme: Scheme, *, by: User) -> Scheme:
    """To be called by whoever changes the table: it is no longer the one that was rehearsed.

    Returns the scheme, locked until the end of the transaction. RuleError when it is published.
    """
    scheme = locked(scheme)
    if scheme.status not in Scheme.EDITABLE:
        raise RuleError(frozen_words())
    if scheme.status == Status.REHEARSED:
        scheme.status = Status.DRAFT
        scheme.save(update_fields=["status"])
        record("assessment.touch_table", scheme, by=by, before=Status.REHEARSED)
    return scheme


def scheme_stamp(scheme: Scheme) -> str:
    """SHA-256 over all that publishing freezes: is it still what somebody saw? Six queries.

    More than `table_digest`, which knows only what the scores rest on; with the kinds that the
    register gives the members today.
    """
    tables = (scheme.indicators, scheme.groups, scheme.members, scheme.vetoes)
    facts = [
        Scheme.objects.filter(pk=scheme.pk).values_list(*SETTINGS),
        *(rows.order_by("pk").values_list() for rows in tables),
        scheme.members.order_by("pk").values_list("organisation__kind"),
    ]
    return sha256(repr([list(rows) for rows in facts]).encode()).hexdigest()


PUBLICATION = ("status", "document_number", "published_at", "published_by", "publish_reason")


@transaction.atomic
def publish_scheme(
    scheme: Scheme,
    *,
    document_number: str,
    reason: str = "",
    seen: str | None = None,
    unrehearsed: bool = False,
    by: User,
) -> Scheme:
    """Freeze the scheme. By the director, never an author; warnings need a written reason.

    `seen` is the `scheme_stamp` of what the director looked at, `unrehearsed` whether the director
    knows that just this was not rehearsed: another draft is not published unseen. None where
    nobody looked. The members' kinds are those of the register today. A next version replaces the
    one before it and takes over what was entered for it.
    """
    scheme = locked(scheme)
    before = scheme.status
    if before not in Scheme.EDITABLE:
        raise wrong_state(scheme)
    if wrote_scheme(by, scheme):
        raise RuleError(_("不能发布自己起草或修改过的方案，请由另一位负责人发布。"))
    if seen is not None:
        _refuse_unseen(scheme, seen, unrehearsed=unrehearsed)
    # First, since the sums and who may score whom depend on the kinds.
    renew_kinds(scheme, by=by)
    _refuse_unsound(scheme, reason)
    scheme.status, scheme.document_number = Status.PUBLISHED, document_number
    scheme.published_at, scheme.published_by = timezone.now(), by
    scheme.publish_reason = reason
    scheme.save(update_fields=PUBLICATION)
    take_over(scheme, by=by)
    record("assessment.publish_scheme", scheme, by=by, before=before)
    return scheme


def _refuse_unseen(scheme: Scheme, seen: str, *, unrehearsed: bool) -> None:
    if seen != scheme_stamp(scheme):
        raise RuleError(
            _("草稿或单位名册在您打开这一页以后又有改动，没有发布；请按现在的内容核对后再发布。")
        )
    rehearsal = Rehearsal.objects.latest_finished(scheme)
    if not unrehearsed and (rehearsal is None or not is_current(rehearsal, scheme)):
        raise RuleError(
            _("这份方案没有试算过，或试算之后又改过，请勾选知道后再发布，也可以先试算。"),
            field="unrehearsed",
        )


def _refuse_unsound(scheme: Scheme, reason: str) -> None:
    faults = scheme_faults(scheme)
    if faults:
        raise RuleError(
            _("方案还不能发布：{fault}（共 {n} 处，见方案页）。").format(
                fault=faults[0].message.rstrip("。"), n=len(faults)
            )
        )
    if scheme_warnings(scheme) and not reason:
        raise RuleError(_("方案含有形式主义提示项，发布须写明理由，并印在方案上。"), field="reason")


@transaction.atomic
def approve_results(scheme: Scheme, *, by: User, seen_run: int | None = None) -> Scheme:
    """The director accepts the balanced results; scores no longer change after it.

    `seen_run` is the number of the run that the director looked at: a newer one is not approved
    unseen. Raises RuleError also when the run is older than what was entered, or another is under
    way, or `by` had a hand in the results.
    """
    scheme = locked(scheme)
    require(scheme, Status.SCORING, Status.BALANCED)
    run = fresh_run(scheme, seen_run)
    if scheme.status == Status.SCORING:
        raise RuleError(_("组内平衡还没有做完，各组都平衡后才能审定。"))
    if made_results(by, scheme, run):
        raise RuleError(_("不能审定自己起草、评分、登记否决或计算的结果，请由另一位负责人审定。"))
    scheme.status = Status.APPROVED
    scheme.approved_at, scheme.approved_by = timezone.now(), by
    scheme.save(update_fields=["status", "approved_at", "approved_by"])
    record("assessment.approve_results", scheme, by=by, before=Status.BALANCED)
    return scheme


@transaction.atomic
def reopen_scoring(scheme: Scheme, *, reason: str, by: User) -> Scheme:
    """Take an approval back, with the reason, so that scores can be corrected."""
    scheme = locked(scheme)
    require(scheme, Status.APPROVED)
    scheme.status = Status.SCORING
    scheme.approved_at = scheme.approved_by = None
    scheme.save(update_fields=["status", "approved_at", "approved_by"])
    record("assessment.reopen_scoring", scheme, by=by, before=Status.APPROVED, reason=reason)
    return scheme

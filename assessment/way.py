"""The way of a scheme from draft to final result: what is done, by whom, and who does what next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment import permissions
from assessment.actions.notices import unfinished_reason
from assessment.actions.runs import not_begun_reason
from assessment.missing_inputs import MissingInput, missing_inputs
from assessment.models import Correction, ResultNotice, Run, Scheme
from core.templatetags.ui import cn_date

Status = Scheme.Status
# The statuses in their order; what is behind the present one is done.
ORDER = (
    Status.DRAFT, Status.REHEARSED, Status.PUBLISHED, Status.SCORING, Status.BALANCED,
    Status.APPROVED, Status.NOTICE, Status.FINAL,
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """One step of the way. state: done, now, ahead or ended; url: where its detail leads."""

    label: str
    state: str
    who: str = ""
    at: datetime | None = None
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Deed:
    """The next deed: a link or a button, or the reason why it cannot be done now."""

    label: str
    url: str = ""
    icon: str = "arrow-right"
    is_post: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Facts:
    """What the way is told from, read once."""

    scheme: Scheme
    run: Run | None
    notice: ResultNotice | None
    groups: int
    balanced: int
    last_balance: Any
    corrections: tuple[Correction, ...] = ()

    @property
    def judged(self) -> Run | None:
        """The run that is balanced: the published one, as corrections make runs of their own."""
        return self.notice.run if self.notice else self.run

    @cached_property
    def missing(self) -> list[MissingInput]:
        """What has to be entered before the scheme can be computed."""
        return missing_inputs(self.scheme)

    @classmethod
    def of(cls, scheme: Scheme, run: Run | None) -> "Facts":
        notice = ResultNotice.objects.for_list().filter(scheme=scheme).first()
        # Corrections make runs of their own: what was balanced is what was published.
        judged = notice.run if notice else run
        balances = list(judged.balances.select_related("balanced_by")) if judged else []
        groups = judged.scores.order_by().values("group").distinct().count() if judged else 0
        return cls(
            scheme=scheme,
            run=run,
            notice=notice,
            groups=groups,
            balanced=len(balances),
            last_balance=balances[-1] if balances else None,
            corrections=_corrections(scheme),
        )


def _corrections(scheme: Scheme) -> tuple[Correction, ...]:
    """Those in force, the last one last; only public results have any."""
    if scheme.status not in Scheme.MADE_PUBLIC:
        return ()
    return tuple(Correction.objects.in_force(scheme).select_related("confirmed_by", "run"))


def way_of(facts: Facts) -> list[Stage]:
    """The seven steps with who and when; one of them is now. Corrections of the final follow them.

    What was replaced goes no further.
    """
    if facts.scheme.status == Status.REPLACED:
        return _replaced_way(facts.scheme)
    rows = list(_told(facts))
    reached = sum(done for _label, done, *_rest in rows)
    return [
        Stage(label, "done" if done else "now" if place == reached else "ahead", *told)
        for place, (label, done, *told) in enumerate(rows)
    ]


def _replaced_way(scheme: Scheme) -> list[Stage]:
    """Drafted, published, and what took its place: nothing came of the rest."""
    published = scheme.published_by.name if scheme.published_by else ""
    stages = [
        Stage(_("起草"), "done", scheme.created_by.name, scheme.created_at),
        Stage(_("发布"), "done", published, scheme.published_at, scheme.document_number),
    ]
    newer = scheme.next_version()
    if newer is not None and newer.published_at is not None:
        day = f"{timezone.localdate(newer.published_at):%Y-%m-%d}"
        url = reverse("assessment:scheme_detail", args=[newer.pk])
        told = _("替代于 %(day)s，看第 %(n)d 版") % {"day": day, "n": newer.version}
        stages.append(Stage(_("由新版替代"), "ended", detail=told, url=url))
    return stages


def _told(facts: Facts) -> Iterator[tuple[Any, ...]]:
    """Label, is it done, who, when, more."""
    scheme, notice = facts.scheme, facts.notice
    behind = ORDER.index(scheme.status) if scheme.status in ORDER else len(ORDER)
    yield _("起草"), behind >= 2, scheme.created_by.name, scheme.created_at
    published = scheme.published_by.name if scheme.published_by else ""
    yield _("发布"), behind >= 2, published, scheme.published_at, scheme.document_number
    run = facts.judged
    is_scored = run is not None and behind >= 3
    counted = _("第 %d 次计算") % run.number if run else ""
    yield _("评分"), is_scored, "", run.finished_at if run else None, counted
    last = facts.last_balance
    told = (last.balanced_by.name, last.balanced_at) if last else ("", None)
    progress = _("%(done)d / %(all)d 组") % {"done": facts.balanced, "all": facts.groups}
    yield _("组内平衡"), behind >= 4, *told, progress if facts.groups else ""
    approved = scheme.approved_by.name if scheme.approved_by else ""
    yield _("审定"), behind >= 5, approved, scheme.approved_at
    span = ""
    if notice:
        span = f"{cn_date(notice.starts_on)}—{cn_date(notice.ends_on)}"
    opened = (notice.opened_by.name, notice.opened_at) if notice else ("", None)
    early = [one for one in facts.corrections if not _is_late(one, scheme)]
    if early:
        span += _("；更正 %d 处") % len(early)
    yield _("公示"), behind >= 7, *opened, span
    finished = scheme.finished_by.name if scheme.finished_by else ""
    yield _("定稿"), behind >= 7, finished, scheme.finished_at
    if late := [one for one in facts.corrections if _is_late(one, scheme)]:
        last = late[-1]
        told = _("%(count)d 处，第 %(run)d 次计算") % {"count": len(late), "run": last.run.number}
        yield _("更正"), True, last.confirmed_by.name, last.confirmed_at, told


def _is_late(correction: Correction, scheme: Scheme) -> bool:
    """Confirmed when the results were final already: an entry of its own."""
    return scheme.finished_at is not None and correction.confirmed_at > scheme.finished_at


def next_deed(facts: Facts, user: User) -> Deed | None:
    """What this user does next, or why not yet; None where the way asks nothing of them."""
    tell = {
        Status.PUBLISHED: _compute,
        Status.SCORING: _compute_or_balance,
        Status.BALANCED: _approve,
        Status.APPROVED: _open,
        Status.NOTICE: _finish,
    }.get(Status(facts.scheme.status))
    return tell(facts, user) if tell else None


def _page(name: str, facts: Facts) -> str:
    return reverse(f"assessment:{name}", args=[facts.scheme.pk])


def _compute(facts: Facts, user: User) -> Deed | None:
    if not permissions.can_compute_scores(user, facts.scheme):
        return None
    label = _("重新计算") if facts.run else _("计算评分")
    reason = not_begun_reason(facts.scheme) or _missing_words(facts.missing)
    url = "" if reason else _page("scheme_compute", facts)
    return Deed(label, url, "refresh", is_post=True, reason=reason)


def _missing_words(missing: list[MissingInput]) -> str:
    """Why a computation would only fail; empty where all has been entered."""
    if not missing:
        return ""
    words = {"leaves": len(missing), "units": sum(one.units for one in missing)}
    return _("还有 %(leaves)d 项缺数据，共 %(units)d 处，补齐后才能计算。") % words


def is_stale(facts: Facts) -> bool:
    """Something was entered after the latest run."""
    entered, run = facts.scheme.entered_at, facts.run
    return run is None or (entered is not None and entered > run.data_as_of)


def _compute_or_balance(facts: Facts, user: User) -> Deed | None:
    scheme = facts.scheme
    if is_stale(facts) or facts.balanced == facts.groups:
        if permissions.can_compute_scores(user, scheme):
            return _compute(facts, user)
        return _wait(facts, user, _("评分有新的录入或被退回，旗创建办重新计算后再平衡。"))
    if permissions.can_balance_groups(user, scheme):
        return Deed(_("组内平衡"), _page("balance_list", facts), "scale")
    left = facts.groups - facts.balanced
    return _wait(facts, user, _("还有 %d 个分组没有平衡，平衡后才能审定。") % left)


def _wait(facts: Facts, user: User, reason: str) -> Deed | None:
    """What keeps the director from approving; nobody else is told."""
    approves = permissions.holds_over(user, "score.approve", facts.scheme)
    return Deed(_("审定结果"), reason=reason) if approves else None


def _approve(facts: Facts, user: User) -> Deed | None:
    scheme = facts.scheme
    if permissions.can_approve_results(user, scheme, facts.run):
        return Deed(_("审定结果"), _page("scheme_approve", facts), "check")
    reason = _("您起草、评分、登记否决或计算过这份结果，要由另一位负责人审定。")
    return _wait(facts, user, reason)


def _open(facts: Facts, user: User) -> Deed | None:
    if not permissions.can_open_notice(user, facts.scheme):
        return None
    return Deed(_("公示结果"), _page("notice_open", facts), "eye")


def _finish(facts: Facts, user: User) -> Deed | None:
    if not permissions.can_finish_scheme(user, facts.scheme):
        return None
    reason = unfinished_reason(facts.scheme, timezone.localdate())
    label = _("公示期满，定稿")
    url = "" if reason else _page("scheme_finish", facts)
    return Deed(label, url, "check-circle", is_post=True, reason=reason)

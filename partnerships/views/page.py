"""What the page of one partnership shows to one user: facts, rights, the next step, history."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit_words import verb_words
from core.models import AuditRecord
from core.templatetags.ui import cn_date, money
from organisations.models import Organisation
from partnerships.models import Figure, Form, Member, Partnership
from partnerships.permissions import (
    can_decide_partnership,
    can_edit_partnership,
    can_grant_budget,
    can_keep_partnership,
)

MOST_ACTIVITIES = 10
MOST_HISTORY = 50
EDIT_PAGES = {
    Form.PAIRING: "pairings:pairing_edit",
    Form.INDUSTRY: "alliances:linkage_edit",
    Form.MATRIX: "alliances:matrix_edit",
    Form.ALLIANCE: "alliances:alliance_edit",
}
TONES = {
    "decline_member": "warning",
    "cancel_partnership": "warning",
    "agree_member": "success",
    "start_partnership": "success",
    "conclude_partnership": "success",
}


@dataclass(frozen=True)
class Rights:
    """What this user may do now: the table of rights and the state of the row together."""

    decide: bool
    edit: bool
    keep: bool
    grant: bool
    start: bool
    end: bool
    showcase: bool


@dataclass(frozen=True)
class MemberLine:
    member: Member
    can_answer: bool
    can_record: bool


@dataclass(frozen=True)
class Page:
    rights: Rights
    members: list[MemberLine]
    own_pending: list[Member]
    what_now: str
    what_now_tone: str
    facts: list[dict[str, Any]]
    figures: list[Figure]
    warnings: str
    panel: str
    panel_rows: list[Any]
    details: Partnership
    edit_url: str
    activities: list[Any]
    children: list[Partnership]
    history: list[dict[str, Any]]
    year: int


def page_of(row: Partnership, user: Any, year: int) -> Page:
    """`row` has its details, counts, members with has_liaison, agreements and milestones loaded."""
    rights = _rights(row, user)
    members = _member_lines(row, user, decides=rights.decide)
    own_pending = [line.member for line in members if line.can_answer]
    details = row.details
    what_now, tone = _what_now(row, rights, own_pending)
    return Page(
        rights=rights,
        members=members,
        own_pending=own_pending,
        what_now=what_now,
        what_now_tone=tone,
        facts=_facts(row, details),
        figures=details.figures(year),
        warnings=" ".join(details.warnings()) if rights.decide else "",
        panel=details.PANEL,
        panel_rows=details.panel_rows(),
        details=details,
        edit_url=reverse(EDIT_PAGES[Form(row.form)], args=[row.pk]),
        activities=_activities(row, user),
        children=list(row.children.visible_to(user).with_counts().select_related("lead")),
        history=_history(row, details),
        year=year,
    )


def _rights(row: Partnership, user: Any) -> Rights:
    decide = can_decide_partnership(user, row)
    return Rights(
        decide=decide,
        edit=row.is_proposed and can_edit_partnership(user, row),
        keep=row.is_open and can_keep_partnership(user, row),
        grant=row.is_open and row.budget_asked is not None and can_grant_budget(user, row),
        start=decide and row.is_proposed and _is_ready(row),
        end=decide and row.is_open,
        showcase=row.status in Partnership.COUNTED and user.can("showcase.edit"),
    )


def _is_ready(row: Partnership) -> bool:
    """May it start? The lead agreed, and another member or, in writing, a region outside."""
    agreed = {member.organisation_id for member in row.members.all() if member.has_agreed}
    return row.lead_id in agreed and (len(agreed) > 1 or row.details.is_agreed_in_writing())


def _is_alone(row: Partnership) -> bool:
    """Whether the lead has nobody left beside it, as after a merger of both partners."""
    staying = sum(not member.has_left for member in row.members.all())
    return staying < 2 and not row.details.is_agreed_in_writing()


def _member_lines(row: Partnership, user: Any, *, decides: bool) -> list[MemberLine]:
    """Who can be answered for here: by the user's own right, or by the office for the voiceless."""
    members = list(row.members.all())
    own: set[int] = set()
    if user.can("partnership.consent"):
        mine = Organisation.objects.within(user, "partnership.consent")
        asked = [member.organisation_id for member in members]
        own = set(mine.filter(pk__in=asked).values_list("pk", flat=True))
    lines = []
    for member in members:
        waits = row.is_open and member.is_pending
        voiceless = member.organisation.is_external or not member.has_liaison
        lines.append(
            MemberLine(
                member=member,
                can_answer=waits and member.organisation_id in own,
                can_record=waits and decides and voiceless,
            )
        )
    return lines


def _what_now(row: Partnership, rights: Rights, own_pending: list[Member]) -> tuple[str, str]:
    """One sentence for this user, and its tone; empty when there is nothing to do."""
    if own_pending:
        names = "、".join(str(member.organisation) for member in own_pending)
        return _("%s还没有答复：请在下方选择同意或婉拒。") % names, "warning"
    if row.is_proposed:
        return _what_now_proposed(row, rights)
    if row.status == Partnership.Status.ACTIVE:
        return _what_now_active(row, rights), "warning"
    return "", "info"


def _what_now_proposed(row: Partnership, rights: Rights) -> tuple[str, str]:
    members = list(row.members.all())
    pending = [member for member in members if member.is_pending]
    lead_agreed = any(
        member.has_agreed for member in members if member.organisation_id == row.lead_id
    )
    if _is_ready(row):
        return _ready_words(members, pending, rights), "success"
    if pending:
        names = "、".join(str(member.organisation) for member in pending[:3])
        more = _("等") if len(pending) > 3 else ""
        said = {"count": len(pending), "names": names, "more": more}
        return _("还差 %(count)d 家答复：%(names)s%(more)s。") % said, "info"
    if lead_agreed and row.form == Form.ALLIANCE:
        return _("旗外地区没有单位答复：登记与其签订的协议后即可启动。"), "warning"
    return _("没有足够的单位同意：请修改成员重新征询，或取消项目。"), "warning"


def _ready_words(members: list[Member], pending: list[Member], rights: Rights) -> str:
    then = _("点“启动”即可实施") if rights.start else _("由旗创建办启动")
    left = _("；还差 %d 家答复，不影响启动") % len(pending) if pending else ""
    agreed = sum(member.has_agreed for member in members)
    said = {"agreed": agreed, "then": then, "left": left}
    return _("含牵头单位在内 %(agreed)d 家已同意，%(then)s%(left)s。") % said


def _what_now_active(row: Partnership, rights: Rights) -> str:
    today = timezone.localdate()
    late = sum(step.state == "late" for step in row.milestones.all())
    if rights.end and row.ends_on and row.ends_on < today:
        return _("计划到%s结束，已经过期：请结束项目。") % cn_date(row.ends_on)
    if rights.end and _is_alone(row):
        return _("项目只剩一家单位：请结束项目。")
    if rights.keep and late:
        return _("有 %d 项计划逾期：完成后请标为已完成。") % late
    if rights.keep and not row.milestones.all():
        return _("项目已启动，还没有计划：请加入要办的事和完成日期。")
    return ""


def _facts(row: Partnership, details: Partnership) -> list[dict[str, Any]]:
    until = cn_date(row.ends_on) if row.ends_on else _("未定")
    facts = [{"label": label, "value": words} for label, words in details.form_facts]
    facts += [
        {"label": _("起止"), "value": f"{cn_date(row.starts_on)} 至 {until}"},
        {"label": _("联创内容"), "value": "、".join(str(kind) for kind in row.content_kinds.all())},
        {"label": _("目标和做法"), "value": row.aim},
    ]
    if row.parent is not None:
        url = reverse("partnerships:partnership_detail", args=[row.parent_id])
        facts.append({"label": _("所属片区协议"), "value": row.parent.name, "url": url})
    if row.budget_asked is not None:
        granted = _("%s 元") % money(row.budget_granted)
        facts += [
            {"label": _("申请经费"), "value": _("%s 元") % money(row.budget_asked)},
            {
                "label": _("核定经费"),
                "value": granted if row.budget_granted is not None else _("未核定"),
            },
        ]
    facts.append({"label": _("提出"), "value": _signed(row.proposed_by, row.proposed_at)})
    if row.decided_by is not None:
        facts.append({"label": _("启动"), "value": _signed(row.decided_by, row.decided_at)})
    if row.closing_note:
        facts.append({"label": _("结束或取消说明"), "value": row.closing_note})
    return facts


def _signed(user: Any, moment: Any) -> str:
    return f"{user.name} · {cn_date(moment)}"


def _activities(row: Partnership, user: Any) -> list[Any]:
    """The latest accepted activities of this partnership that the user may open."""
    seen = row.activities.visible_to(user).filter(status="accepted")
    return list(seen.select_related("reporter").order_by("-starts_on", "-pk")[:MOST_ACTIVITIES])


def _history(row: Partnership, details: Partnership) -> list[dict[str, Any]]:
    """The successful deeds on this partnership, newest first, in the office's words."""
    records = AuditRecord.objects.filter(
        subject_type=Partnership._meta.label,
        subject_id=str(row.pk),
        outcome=AuditRecord.Outcome.SUCCESS,
    )
    words = verb_words()
    return [
        {
            "at": record.at,
            "by": record.by_name or _("系统"),
            "text": _deed_words(record, words),
            "detail": _deed_detail(record, details),
            "tone": TONES.get(record.verb.partition(".")[2], "neutral"),
        }
        for record in records[:MOST_HISTORY]
    ]


def _deed_words(record: AuditRecord, words: dict[str, str]) -> str:
    deed = words.get(record.verb, record.verb)
    about = record.after.get("organisation") or record.before.get("organisation")
    return f"{deed}：{about}" if about else deed


def _deed_detail(record: AuditRecord, details: Partnership) -> str:
    facts = record.after or record.before
    consent = dict(Member.Consent.choices).get(facts.get("consent"), "")
    if record.verb == "partnerships.revise_partnership":
        return "；".join(
            f"{details.label_of(key)}：{record.before[key] or '—'} → {record.after[key] or '—'}"
            for key in record.before
        )
    if record.verb == "partnerships.propose_partnership":
        return "、".join(record.after["members"])
    said = [
        str(consent) if record.verb == "partnerships.record_consent" else "",
        facts.get("note") or facts.get("closing_note") or "",
        facts.get("what") or facts.get("document_number") or facts.get("capacity") or "",
    ]
    return "：".join(filter(None, said))

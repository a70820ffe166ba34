"""Objections to one line of a published sheet: filed and withdrawn by the unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Activity
from assessment.actions.states import locked
from assessment.models import (
    Indicator,
    ObjectionFile,
    ResultNotice,
    Scheme,
    Score,
    ScoreLine,
    ScoreObjection,
)
from core import audit
from core.errors import RuleError
from core.templatetags.ui import cn_date
from core.uploads import CleanUpload, inspect_upload
from demonstrations.models import StandardSite
from partnerships.models import Milestone, Partnership

Status = ScoreObjection.Status


@dataclass(frozen=True)
class EvidenceLinks:
    """What a unit points to: records of its own, and files that are sent with the objection."""

    activities: Iterable[Activity] = ()
    partnerships: Iterable[Partnership] = ()
    milestones: Iterable[Milestone] = ()
    sites: Iterable[StandardSite] = ()
    files: Sequence[Any] = field(default=())


def file_objection(
    score: Score,
    *,
    indicator: Indicator,
    text: str,
    evidence: EvidenceLinks | None = None,
    by: User,
    today: date | None = None,
) -> ScoreObjection:
    """Say what is wrong in one line of the published sheet, while the notice is on.

    RuleError outside of the notice's days, for a line that was not scored, and while the line has
    an unsettled objection. `today` stands in for the present day where a year is told afterwards.
    """
    evidence = evidence or EvidenceLinks()
    # Cleaning a picture takes its time: nothing is locked meanwhile.
    uploads = _inspected(evidence.files)
    return _keep(score, indicator, text, evidence, uploads, by, today or timezone.localdate())


def _inspected(files: Sequence[Any]) -> list[CleanUpload]:
    if len(files) > ObjectionFile.MOST:
        raise RuleError(_("最多 %d 个附件，请选最要紧的。") % ObjectionFile.MOST, field="files")
    try:
        uploads = [inspect_upload(file) for file in files]
    except RuleError as error:
        raise RuleError(error.message, field="files") from error
    return list({upload.sha256: upload for upload in uploads}.values())


@transaction.atomic
def _keep(
    score: Score,
    indicator: Indicator,
    text: str,
    evidence: EvidenceLinks,
    uploads: Sequence[CleanUpload],
    by: User,
    today: date,
) -> ScoreObjection:
    scheme = locked(score.run.scheme)
    notice = _notice_on(scheme, today)
    published = _published(notice, score)
    _check_line(published, indicator)
    objection = ScoreObjection.objects.create(
        notice=notice,
        organisation_id=published.organisation_id,
        score=published,
        indicator=indicator,
        text=text,
        filed_by=by,
    )
    objection.activities.set(evidence.activities)
    objection.partnerships.set(evidence.partnerships)
    objection.milestones.set(evidence.milestones)
    objection.sites.set(evidence.sites)
    for upload in uploads:
        _attach(objection, upload, by)
    facts = {"unit": str(published.organisation), "line": str(indicator), "text": text}
    audit.record("assessment.file_objection", objection, by=by, after=facts, is_decision=True)
    return objection


def _notice_on(scheme: Scheme, today: date) -> ResultNotice:
    if scheme.status != Scheme.Status.NOTICE:
        raise RuleError(_("结果现在是“%s”，公示期间才能提出异议。") % scheme.get_status_display())
    notice = scheme.notice
    if not notice.is_on(today):
        words = {"from": cn_date(notice.starts_on), "until": cn_date(notice.ends_on)}
        raise RuleError(_("公示自%(from)s至%(until)s，异议只能在这期间提出。") % words)
    return notice


def _published(notice: ResultNotice, score: Score) -> Score:
    """The unit's sheet in the published run, also where a corrected one is shown by now."""
    scores = notice.run.scores.select_related("organisation")
    found = scores.filter(organisation=score.organisation_id).first()
    if found is None:
        raise RuleError(
            _("公示的结果里没有“{unit}”，请从承接它的单位的考核表提出异议。").format(
                unit=score.organisation
            )
        )
    return found


def _check_line(score: Score, indicator: Indicator) -> None:
    line = ScoreLine.objects.filter(score=score, indicator=indicator).first()
    if line is None or not indicator.is_leaf or line.points is None:
        raise RuleError(_("这一项对本单位不计分，没有可以提出异议的得分。"))
    if ScoreObjection.objects.unsettled().filter(score=score, indicator=indicator).exists():
        raise RuleError(_("这一项已有一条异议还没有答复，请等答复；要改内容先撤回再提出。"))


def _attach(objection: ScoreObjection, upload: CleanUpload, by: User) -> None:
    objection.files.create(
        name=upload.name,
        # The name on the disk says nothing and cannot be guessed.
        file=ContentFile(upload.content, name=f"{uuid4().hex}.{upload.extension}"),
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
        uploaded_by=by,
    )


@transaction.atomic
def withdraw_objection(objection: ScoreObjection, *, by: User) -> ScoreObjection:
    """The unit takes it back; it stays on record."""
    current = locked_objection(objection, Status.WITHDRAWN)
    before = current.status
    current.status = Status.WITHDRAWN
    current.withdrawn_at, current.withdrawn_by = timezone.now(), by
    current.save(update_fields=["status", "withdrawn_at", "withdrawn_by"])
    audit.record(
        "assessment.withdraw_objection",
        current,
        by=by,
        before={"status": before},
        after={"status": current.status},
        is_decision=True,
    )
    return current


def locked_objection(objection: ScoreObjection, wanted: str) -> ScoreObjection:
    """The row as it stands now, when it can still become what is wanted."""
    current = (
        ScoreObjection.objects.select_for_update(of=("self",))
        .select_related("notice__scheme", "score", "indicator", "organisation")
        .get(pk=objection.pk)
    )
    if not current.can_become(wanted):
        raise RuleError(
            _("这条异议现在是“%s”，不能这样办理；可能刚有人办过，请刷新页面看最新情况。")
            % current.get_status_display()
        )
    return current

"""The score for the county's annual performance assessment: its weight, and its files."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.exports import SheetFile
from assessment.actions.states import locked
from assessment.annual import FILES, annual_scores
from assessment.models import Scheme
from core import audit
from core.errors import RuleError
from core.file_names import safe_file_name


@transaction.atomic
def set_annual_weight(scheme: Scheme, *, weight: Decimal, by: User) -> Scheme:
    """Write the weight down where the scheme was published without one; it is set once."""
    scheme = locked(scheme)
    if scheme.annual_weight is not None:
        raise RuleError(
            _("本方案的权重已是 {weight:f}%，不能再改。").format(
                weight=scheme.annual_weight.normalize()
            )
        )
    if not 0 < weight <= 100:
        raise RuleError(_("权重应大于 0、不超过 100，请核对。"), field="weight")
    scheme.annual_weight = weight
    scheme.save(update_fields=["annual_weight"])
    after = {"annual_weight": weight}
    audit.record("assessment.set_annual_weight", scheme, by=by, after=after, is_decision=True)
    return scheme


def missing_for_annual(scheme: Scheme) -> str:
    """Why there is no annual score yet; empty when there is."""
    if scheme.status != Scheme.Status.FINAL:
        return _("方案现在是“%s”，结果定稿后才能导出年度实绩考核成绩。") % (
            scheme.get_status_display()
        )
    if scheme.annual_weight is None:
        return _("还没有填写年度实绩考核的权重，填写后才能导出。")
    return ""


def export_annual(scheme: Scheme, *, file_format: str, by: User) -> SheetFile:
    """One score per unit as `xlsx`, `csv` or `json`; RuleError unless the results are final."""
    if reason := missing_for_annual(scheme):
        raise RuleError(reason)
    annual = annual_scores(scheme)
    make, content_type = FILES[file_format]
    content = make(annual, by)
    facts = {"format": file_format, "run": annual.run.number, "units": len(annual.rows)}
    audit.record("assessment.export_annual", scheme, by=by, after=facts, is_decision=True)
    return SheetFile(safe_file_name(annual.title, file_format), content, content_type)

"""What every deed on a scheme's state begins and ends with."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import Scheme
from core import audit
from core.errors import RuleError

FACTS = ("year", "title", "document_number", "total", "status")
# What is set for a draft's whole table.
SETTINGS = (
    "title",
    "year",
    "total",
    "decimals",
    "not_applicable",
    "grade_bands",
    "excellent_ratio",
    "veto_frees_place",
    "notice_days",
    "annual_weight",
)


def locked(scheme: Scheme) -> Scheme:
    """The row as it stands now, held until the deed is done."""
    return Scheme.objects.select_for_update(of=("self",)).get(pk=scheme.pk)


def require(scheme: Scheme, *wanted: str) -> None:
    if scheme.status not in wanted:
        raise wrong_state(scheme)


def wrong_state(scheme: Scheme) -> RuleError:
    return RuleError(
        _("方案现在是“{now}”，不能这样操作；页面已更新，请重新查看。").format(
            now=scheme.get_status_display()
        )
    )


def frozen_words() -> str:
    """What to do about a scheme that is published."""
    return _("方案已发布，不能再改动和试算；需要改动，请先“修订为新版”，在新版的草稿里改。")


def record(verb: str, scheme: Scheme, by: User, *, before: str = "", reason: str = "") -> None:
    facts: dict[str, Any] = {"status": before} if before else {}
    after = audit.snapshot(scheme, FACTS)
    audit.record(verb, scheme, by=by, before=facts, after=after, reason=reason, is_decision=True)

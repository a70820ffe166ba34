"""A rename and a merger among the made-up units, and how the register gets back from all such."""

from accounts.models import User
from core.models import AuditRecord
from dashboards.demo.stage import Stage
from dashboards.demo.units import ENTERPRISE, SOCIAL
from organisations.actions.changes import Paper, merge_organisations, rename_organisation
from organisations.models import Organisation, OrganisationChange, OrganisationName

RENAMED, NEW_NAME = f"{ENTERPRISE}电商物流园", f"{ENTERPRISE}电商冷链物流园"
MERGED, INTO = f"{SOCIAL}青年创业协会", f"{SOCIAL}志愿服务协会"


def write_changes(stage: Stage) -> None:
    """After last year's results, which know neither; this year's scheme has what became of them."""
    # Late: reports of the whole year stand under the names of before.
    renamed_on, merged_on = stage.day(0.98), stage.day(1)
    office = stage.people.office
    rename = rename_organisation(
        stage.units[RENAMED],
        name=NEW_NAME,
        short_name=NEW_NAME,
        paper=Paper(renamed_on, f"演示民政函〔{stage.year}〕3号", "扩大冷链业务"),
        by=office,
    )
    merger = merge_organisations(
        [stage.units[MERGED]],
        into=stage.units[INTO],
        paper=Paper(merged_on, f"演示民政函〔{stage.year}〕7号", "社会组织优化布局"),
        by=office,
    )
    for change in (rename, merger):
        change.recorded_at = stage.moment(change.effective_on, 90)
        change.save(update_fields=["recorded_at"])


def undo_changes(users: list[User]) -> int:
    """Give back names, lives and superiors that these users changed by document; the last first.

    Returns how many changes there were. Units that such a change set up are theirs, and go.
    """
    changes = OrganisationChange.objects.filter(recorded_by__in=users).for_list()
    for change in changes.order_by("-pk"):
        before = [part.organisation for part in change.parts.all() if part.side == "before"]
        if change.kind == OrganisationChange.Kind.RENAMED:
            _give_back_name(before[0], change)
        else:
            Organisation.objects.filter(
                pk__in=[unit.pk for unit in before], valid_until=change.last_day
            ).update(valid_until=None, successor=None)
    _give_back_superiors(users)
    changed, _rows = changes.count(), changes.delete()
    return changed


def _give_back_name(unit: Organisation, change: OrganisationChange) -> None:
    former = unit.names.get(kind=OrganisationName.NameKind.FORMER, valid_until=change.last_day)
    unit.name, unit.short_name = former.name, former.short_name
    former.delete()
    unit.save(update_fields=["name", "short_name"])


def _give_back_superiors(users: list[User]) -> None:
    """Who stood below an ended unit stands below it again."""
    moved = AuditRecord.objects.filter(
        by__in=users,
        verb="organisations.follow_successor",
        before__superior_id__isnull=False,
    )
    for record in moved.order_by("-pk"):
        Organisation.objects.filter(pk=record.subject_id).update(
            superior=record.before["superior_id"]
        )

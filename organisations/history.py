"""What happened to an organisation, in words, from the audit log."""

from functools import partial
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import AuditRecord
from organisations.models import Organisation

VERBS = {
    "organisations.create_organisation": gettext_lazy("录入名册"),
    "organisations.edit_organisation": gettext_lazy("修改信息"),
    "organisations.edit_organisations": gettext_lazy("批量修改"),
    "organisations.verify_organisations": gettext_lazy("标为已核实"),
    "organisations.rename_organisation": gettext_lazy("更名"),
    "organisations.merge_organisations": gettext_lazy("合并"),
    "organisations.split_organisation": gettext_lazy("拆分"),
    "organisations.close_organisation": gettext_lazy("撤销"),
    "organisations.follow_successor": gettext_lazy("改归承接单位"),
    "organisations.set_contact": gettext_lazy("登记联系人"),
    "organisations.remove_contact": gettext_lazy("删除联系人"),
}
OTHER_LABELS = {
    "former_names": gettext_lazy("曾用名"),
    "other_names": gettext_lazy("其他写法"),
    "contact": gettext_lazy("单位联系人"),
}
EMPTY = "—"


def records_of(organisation: Organisation) -> Any:
    """The successful deeds on it, newest first."""
    return AuditRecord.objects.filter(
        subject_type=Organisation._meta.label,
        subject_id=str(organisation.pk),
        outcome=AuditRecord.Outcome.SUCCESS,
    )


def deed_in_words(record: AuditRecord) -> str:
    return str(VERBS.get(record.verb, record.verb))


def changes_in_words(record: AuditRecord, model: type[Model] = Organisation) -> str:
    """简称：旧 → 新；行业系统：— → 教体. Empty for deeds that changed no field."""
    if not record.before:
        return ""
    return "；".join(
        _("%(label)s：%(old)s → %(new)s")
        % {"label": _label(key, model), "old": _words(record.before[key]), "new": _words(value)}
        for key, value in sorted(record.after.items(), key=partial(_place, model))
        if key in record.before
    )


def _place(model: type[Model], item: tuple[str, Any]) -> tuple[int, str]:
    """The order of the model's fields: PostgreSQL keeps JSON keys in an order of its own."""
    names = [field.name for field in model._meta.fields]
    return (names.index(item[0]) if item[0] in names else len(names), item[0])


def _label(key: str, model: type[Model]) -> str:
    if key in OTHER_LABELS:
        return str(OTHER_LABELS[key])
    return str(model._meta.get_field(key).verbose_name)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return "、".join(map(str, value)) or EMPTY
    return EMPTY if value in (None, "") else str(value)

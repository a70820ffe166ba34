"""Who is to be called at a unit; records say that the contact changed, never who it was."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from organisations.models import Contact, Organisation
from organisations.models.contact import NAME_LENGTH, PHONE_LENGTH

ENTERED, REPLACED, REMOVED = "已登记", "已更换", "已删除"


@transaction.atomic
def set_contact(
    organisation: Organisation, *, name: str, work_phone: str, by: User, seen: str | None = None
) -> Contact:
    """Enter the contact of a unit, or write the new one over the old.

    `seen` is the `stamp` that the user's form was made from, None where nobody looked before: when
    somebody saved in between, the user is told and nothing is changed. The same facts again change
    nothing and leave no record.
    """
    name, work_phone = name.strip(), work_phone.strip()
    _check_facts(name, work_phone)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    held = Contact.objects.select_related("updated_by").filter(organisation=organisation).first()
    if held is not None and (held.name, held.work_phone) == (name, work_phone):
        return held
    _refuse_stale(held, seen)
    contact = held or Contact(organisation=organisation)
    contact.name, contact.work_phone, contact.updated_by = name, work_phone, by
    contact.save()
    audit.record(
        "organisations.set_contact",
        organisation,
        by=by,
        before={"contact": ENTERED if held else ""},
        after={"contact": REPLACED if held else ENTERED},
    )
    return contact


@transaction.atomic
def remove_contact(organisation: Organisation, *, by: User) -> None:
    """Erase the contact of a unit."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    erased, _rows = Contact.objects.filter(organisation=organisation).delete()
    if not erased:
        raise RuleError(_("这个单位没有登记联系人，不必删除。"))
    audit.record(
        "organisations.remove_contact",
        organisation,
        by=by,
        before={"contact": ENTERED},
        after={"contact": REMOVED},
    )


def stamp(contact: Contact | None) -> str:
    """What tells one state of the contact from the next; empty while there is none."""
    return contact.updated_at.isoformat() if contact is not None else ""


def _check_facts(name: str, work_phone: str) -> None:
    if not name:
        raise RuleError(_("请填写联系人姓名；没有联系人时请删除。"), field="name")
    if len(name) > NAME_LENGTH:
        raise RuleError(_("联系人姓名不超过 %d 个字，请核对。") % NAME_LENGTH, field="name")
    if len(work_phone) > PHONE_LENGTH:
        raise RuleError(
            _("办公电话不超过 %d 个字符，请只填一个电话。") % PHONE_LENGTH, field="work_phone"
        )


def _refuse_stale(held: Contact | None, seen: str | None) -> None:
    if seen is None or seen == stamp(held):
        return
    if held is None:
        raise RuleError(_("填写期间联系人已被删除。核对后再次保存，以本次填写的为准。"))
    raise RuleError(
        _("填写期间%s已登记了另一位联系人，见上方。核对后再次保存，以本次填写的为准。")
        % held.updated_by.name
    )

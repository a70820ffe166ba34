"""What the register exports comes back without a change, whatever the format."""

import pytest

from accounts.rights import Role
from core import jobs
from core.exports import EXPORTS
from core.models import ExportFile
from organisations.actions import load_register
from organisations.models import Organisation, OrganisationName, OrganisationTag, TradeSystem
from tests.factories.organisations import AssignmentFactory, UserFactory
from tests.imports import bring, counted, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    """Over the county's real register, with every kind of fact somewhere."""
    load_register(by=None)
    office = Organisation.objects.get(short_name="旗创建办")
    one, other = Organisation.objects.filter(kind="village")[:2]
    one.names.create(name="旧名甲", kind=OrganisationName.NameKind.FORMER)
    one.names.create(name="别名甲", kind=OrganisationName.NameKind.OTHER)
    one.names.create(name="简名甲", kind=OrganisationName.NameKind.SHORT)
    one.offers.set(OrganisationTag.objects.all()[:2])
    other.needs.set(OrganisationTag.objects.all()[1:3])
    system = TradeSystem.objects.get(name="教体")
    facts = {"trade_system": system, "capacity": 7, "is_willing": False, "valid_from": "2003-05-06"}
    Organisation.objects.filter(pk=other.pk).update(**facts)
    return AssignmentFactory(organisation=office, role=Role.OFFICE_STAFF, user=UserFactory()).user


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_exported_register_comes_back_without_a_change(staff, file_format):
    job = jobs.enqueue(
        "core.export_list",
        title="导出",
        by=staff,
        key=EXPORTS["organisations.organisation_list"].key,
        query="",
        file_format=file_format,
    )
    jobs.run(job.pk)
    with ExportFile.objects.get(job=job).file.open("rb") as exported:
        content = exported.read()

    run = bring(staff, content)

    assert faults(run) == []
    assert counted(run) == {"same": Organisation.objects.count()}

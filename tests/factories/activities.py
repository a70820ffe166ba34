"""Activity reports and who took part."""

from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone

from accounts.models import User
from activities import actions
from activities.models import Activity, Attachment, Participation
from organisations.models import Organisation
from partnerships.models import ContentKind
from tests.factories.organisations import OrganisationFactory, UserFactory


class ActivityFactory(factory.django.DjangoModelFactory):
    """A submitted report without participations."""

    class Meta:
        model = Activity

    title = factory.Sequence(lambda n: f"联办活动{n}")
    starts_on = date(2026, 5, 20)
    place = "文化广场"
    reporter = factory.SubFactory(OrganisationFactory)
    summary = "两地干部群众共同参加。"
    status = Activity.Status.SUBMITTED
    created_by = factory.SubFactory(UserFactory)
    submitted_by = factory.SelfAttribute("created_by")
    submitted_at = factory.LazyFunction(timezone.now)


class ParticipationFactory(factory.django.DjangoModelFactory):
    """A confirmed joint participation."""

    class Meta:
        model = Participation

    activity = factory.SubFactory(ActivityFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    confirmation = Participation.Confirmation.CONFIRMED
    confirmed_by = factory.SubFactory(UserFactory)
    confirmed_at = factory.LazyFunction(timezone.now)


def accepted_activity(*organisations: Organisation, **facts: Any) -> Activity:
    """An accepted activity that the first organisation hosted and all have confirmed."""
    activity = ActivityFactory(
        reporter=organisations[0],
        status=Activity.Status.ACCEPTED,
        reviewed_by=UserFactory(),
        reviewed_at=timezone.now(),
        **facts,
    )
    for place, organisation in enumerate(organisations):
        ParticipationFactory(activity=activity, organisation=organisation, is_host=not place)
    return activity


class AttachmentFactory(factory.django.DjangoModelFactory):
    """A picture that is kept in the test's own folder."""

    class Meta:
        model = Attachment

    activity = factory.SubFactory(ActivityFactory)
    name = "现场.jpg"
    file = factory.django.FileField(data=b"picture", filename="picture.jpg")
    content_type = "image/jpeg"
    size = 7
    sha256 = factory.Sequence(lambda n: f"{n:064d}")
    uploaded_by = factory.SubFactory(UserFactory)


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def complete_facts(reporter: Organisation, *joint: Organisation, **changed: Any) -> dict[str, Any]:
    """What a liaison has typed when nothing is missing, as `save_draft` takes it."""
    facts = {
        "title": "民族团结进步文艺汇演",
        "starts_on": yesterday(),
        "place": "文化广场",
        "reporter": reporter.pk,
        "host": reporter.pk,
        "joint_units": tuple(sorted(unit.pk for unit in joint)),
        "content_kinds": (ContentKind.objects.get(form="pairing", name="文体活动").pk,),
        "summary": "两地干部群众同台演出。",
    }
    return facts | changed


def draft_of(reporter: Organisation, *joint: Organisation, by: User, **changed: Any) -> Activity:
    """A complete draft of the unit, not sent yet."""
    draft = actions.start_activity(reporter, by=by)
    facts = complete_facts(reporter, *joint, **changed)
    return actions.save_draft(draft, facts=facts, version=draft.version, window="first", by=by)


def sent_activity(
    reporter: Organisation, *joint: Organisation, by: User, **changed: Any
) -> Activity:
    """A report under review whose joint units have not answered."""
    return actions.submit_activity(draft_of(reporter, *joint, by=by, **changed), by=by)

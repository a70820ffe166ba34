"""Reward plans with their tiers."""

from decimal import Decimal

import factory
from django.utils import timezone

from rewards.models import RewardPlan, Tier
from tests.factories.assessment import run_with_totals
from tests.factories.organisations import UserFactory


class RewardPlanFactory(factory.django.DjangoModelFactory):
    """A draft on approved results that divides 1,000 yuan by share."""

    class Meta:
        model = RewardPlan

    title = factory.Sequence(lambda n: f"以奖代补方案{n}")
    run = factory.LazyFunction(run_with_totals)
    pool = Decimal("1000.00")
    method = RewardPlan.Method.SHARE
    created_by = factory.SubFactory(UserFactory)

    class Params:
        proposed = factory.Trait(
            status=RewardPlan.Status.PROPOSED,
            proposed_by=factory.SelfAttribute("created_by"),
            proposed_at=factory.LazyFunction(timezone.now),
        )


class TierFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Tier

    plan = factory.SubFactory(RewardPlanFactory, method=RewardPlan.Method.TIERS)
    name = factory.Sequence(lambda n: f"{n}档")
    places = 1
    amount = Decimal("500.00")

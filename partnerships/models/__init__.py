"""Partnerships (联创项目): what the four forms of the notice share."""

from partnerships.models.catalogue import ContentKind, Form, JointTag
from partnerships.models.member import Member, MemberQuerySet, held_in
from partnerships.models.partnership import Figure, Partnership, PartnershipQuerySet
from partnerships.models.plan import Agreement, Milestone

__all__ = [
    "Agreement",
    "ContentKind",
    "Figure",
    "Form",
    "JointTag",
    "Member",
    "MemberQuerySet",
    "Milestone",
    "Partnership",
    "PartnershipQuerySet",
    "held_in",
]

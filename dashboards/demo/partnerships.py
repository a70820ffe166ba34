"""Writes the planned partnerships as the actions would have left them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.models import User
from alliances.models import IndustryLinkage, RegionalAlliance, RepresentativeMatrix, Seat
from dashboards.demo.plans import Plan, all_plans
from dashboards.demo.proposals import Proposal, all_proposals
from dashboards.demo.stage import Stage
from organisations.models import Organisation, Region, TradeSystem
from pairings.models import Pairing, PairingType
from pairings.scoring import FITS
from partnerships.models import Agreement, ContentKind, Form, Member, Milestone, Partnership

Status = Partnership.Status
TOLD = "电话答复，由旗创建办登记"
DECLINED = "近期机构调整，年内抽不出人手，明年再议。"
CANCELLED = "双方商定并入所在苏木乡镇的结对，不再单独实施。"
CONCLUDED = "计划事项已完成，经验转入日常工作。"
# These go on for years; the others come and go.
LASTING = (PairingType.TOWNSHIPS, PairingType.BEIJING_INNER_MONGOLIA)
CHANGING = (
    PairingType.VILLAGES,
    PairingType.DEPARTMENTS,
    PairingType.DEPARTMENT_AND_VILLAGE,
)
STEPS = {
    Form.PAIRING: ("召开联席会议，商定年度清单", "联办一次群众性活动", "合办一件群众点单的实事"),
    Form.INDUSTRY: ("印发系统联动工作清单", "开展第一次主题活动", "标准化示范点打造完成"),
    Form.MATRIX: ("公布席位和联系单位", "组织一次专题调研", "完成年度宣讲安排"),
    Form.ALLIANCE: ("签订合作协议", "互学互看一次", "联办一次群众文体活动"),
}
SEATS = {
    RepresentativeMatrix.Group.PARTY_DELEGATES: "旗党代表",
    RepresentativeMatrix.Group.PEOPLES_CONGRESS: "旗人大代表",
    RepresentativeMatrix.Group.CPPCC: "旗政协委员",
    RepresentativeMatrix.Group.UNITED_FRONT: "统战工作联络人",
    RepresentativeMatrix.Group.PEOPLES_ORGANISATIONS: "群团组织代表",
    RepresentativeMatrix.Group.SOCIAL_ORGANISATIONS: "社会组织代表",
    RepresentativeMatrix.Group.MODEL_INDIVIDUALS: "模范代表",
}


@dataclass
class Made:
    """A partnership that ran, for its reports."""

    plan: Plan
    row: Partnership
    starts_on: date
    ends_on: date | None


class PartnershipWriter:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.chance = stage.chance("partnerships")
        self.systems = TradeSystem.objects.in_bulk(field_name="name")
        self.regions = {
            region.name: region for region in Region.objects.filter(level=Region.Level.COUNTY)
        }
        self.areas: dict[str, Partnership] = {}
        self.members: list[Member] = []
        self.agreements: list[Agreement] = []
        self.milestones: list[Milestone] = []
        kinds = ContentKind.objects.all()
        self.kinds = {form: [kind for kind in kinds if kind.form == form] for form in Form}

    def write(self) -> list[Made]:
        plans = all_plans(self.stage)
        made = [done for plan in plans if (done := self._carry_out(plan))]
        taken = {unit.pk for plan in plans for unit in (plan.lead, *plan.others)}
        for proposal in all_proposals(self.stage, taken):
            self._propose_only(proposal)
        Member.objects.bulk_create(self.members)
        Agreement.objects.bulk_create(self.agreements)
        Milestone.objects.bulk_create(self.milestones)
        return made

    def _carry_out(self, plan: Plan) -> Made | None:
        status, starts_on, ends_on = self._course(plan)
        proposed_at = self.stage.moment(starts_on - timedelta(days=14), self.chance.randint(0, 400))
        row = self._save(plan, status, starts_on, ends_on, proposed_at)
        answered_at = max(
            self._answer(row, unit, proposed_at) for unit in (plan.lead, *plan.others)
        )
        if status == Status.CANCELLED:
            self._record(
                row, "cancel_partnership", answered_at, self.stage.people.office, CANCELLED
            )
            return None
        self._start(row, answered_at)
        self._sign(row, starts_on)
        self._plan_steps(row, plan, starts_on, ends_on if status == Status.CONCLUDED else None)
        self._grant(row)
        if status == Status.CONCLUDED:
            closed_at = self.stage.moment(ends_on, 420)
            self._record(
                row, "conclude_partnership", closed_at, self.stage.people.office, CONCLUDED
            )
        return Made(plan, row, starts_on, ends_on)

    def _course(self, plan: Plan) -> tuple[str, date, date | None]:
        """Status and period: half began last year, some are over, a few were given up."""
        chance, stage = self.chance, self.stage
        if plan.form != Form.PAIRING or plan.key in LASTING:
            return Status.ACTIVE, stage.day(chance.uniform(0.1, 0.35), stage.year - 1), None
        fate = chance.random() if plan.key in CHANGING else 1.0
        until_new_year = date(stage.today.year, 12, 31)
        if fate < 0.08:
            begun = stage.day(chance.uniform(0.1, 0.4), stage.year - 1)
            return Status.CONCLUDED, begun, stage.day(0.99, stage.year - 1)
        if fate < 0.14:
            begun = stage.day(chance.uniform(0.2, 0.5), stage.year - 1)
            return Status.CONCLUDED, begun, stage.day(chance.uniform(0.6, 0.9))
        if fate < 0.17:
            return Status.CANCELLED, stage.day(chance.uniform(0.1, 0.5)), until_new_year
        if fate < 0.6:
            begun = stage.day(chance.uniform(0.15, 0.9), stage.year - 1)
            return Status.ACTIVE, begun, until_new_year
        return Status.ACTIVE, stage.day(chance.uniform(0.05, 0.45)), until_new_year

    def _save(
        self,
        plan: Plan,
        status: str,
        starts_on: date,
        ends_on: date | None,
        proposed_at: datetime,
    ) -> Partnership:
        proposer = self.stage.people.liaison_of(plan.lead)
        row = self._child(plan)
        row.form, row.name, row.lead, row.aim = plan.form, plan.name, plan.lead, plan.aim
        row.starts_on, row.ends_on, row.status = starts_on, ends_on, status
        row.proposed_at, row.proposed_by = proposed_at, proposer
        is_village_pair = plan.key == PairingType.VILLAGES
        row.parent = self.areas.get(plan.area) if is_village_pair else None
        if status == Status.CANCELLED:
            row.closing_note = CANCELLED
        if status == Status.CONCLUDED:
            row.closing_note = CONCLUDED
        if status in (Status.ACTIVE, Status.CONCLUDED):
            row.decided_at = self.stage.moment(starts_on, 15)
            row.decided_by = self.stage.people.office
        if plan.reports and self.chance.random() < 0.25:
            row.budget_asked = Decimal(self.chance.randrange(5, 31) * 1000)
        row.save()
        if plan.form == Form.PAIRING and not is_village_pair and plan.area:
            self.areas[plan.area] = row.partnership_ptr
        self._fill_child(plan, row)
        names = [str(unit) for unit in (plan.lead, *plan.others)]
        self._record(row, "propose_partnership", proposed_at, proposer, after={"members": names})
        return row

    def _child(self, plan: Plan) -> Partnership:
        if plan.form == Form.PAIRING:
            return Pairing(type=plan.key, dimension=FITS[PairingType(plan.key)].dimension)
        if plan.form == Form.INDUSTRY:
            return IndustryLinkage(trade_system=self.systems[plan.key])
        if plan.form == Form.MATRIX:
            return RepresentativeMatrix(group=plan.key)
        return RegionalAlliance()

    def _fill_child(self, plan: Plan, row: Partnership) -> None:
        kinds = self.kinds[plan.form]
        row.content_kinds.set(self.chance.sample(kinds, self.chance.randint(2, len(kinds))))
        if plan.form == Form.ALLIANCE:
            row.partner_regions.set([self.regions[plan.key]])
        if plan.form == Form.MATRIX:
            term = date(self.stage.year - 2, 1, 1), date(self.stage.year + 2, 12, 31)
            units = (plan.lead, *plan.others)
            Seat.objects.bulk_create(
                Seat(
                    matrix=row,
                    capacity=SEATS[RepresentativeMatrix.Group(plan.key)],
                    organisation=unit,
                    term_from=term[0],
                    term_until=term[1],
                )
                for unit in units
            )

    def _answer(self, row: Partnership, unit: Organisation, asked_at: datetime) -> datetime:
        """The unit's yes; the proposer's own units say it with the proposal."""
        people = self.stage.people
        user = people.answers_for(unit)
        at = asked_at
        if user != row.proposed_by:
            at = self.stage.after(asked_at, self.chance, most_days=6)
            verb = "record_consent" if unit.is_external else "agree_member"
            self._record_answer(row, verb, at, user, unit, Member.Consent.AGREED)
        self._member(row, unit, Member.Consent.AGREED, at, user, TOLD if unit.is_external else "")
        return at

    def _member(
        self,
        row: Partnership,
        unit: Organisation,
        consent: str,
        at: datetime | None = None,
        by: User | None = None,
        note: str = "",
    ) -> None:
        role = Member.MemberRole.MEMBER
        if unit == row.lead:
            role = Member.MemberRole.LEAD
        elif getattr(row, "type", "") == PairingType.DEPARTMENT_AND_VILLAGE:
            role = Member.MemberRole.SERVED
        self.members.append(
            Member(
                partnership=row.partnership_ptr,
                organisation=unit,
                role=role,
                consent=consent,
                consent_at=at,
                consent_by=by,
                consent_note=note,
            )
        )

    def _start(self, row: Partnership, answered_at: datetime) -> None:
        """Not before the answers are in: the time of the decision is put right where need be."""
        if row.decided_at < answered_at:
            row.decided_at = answered_at
            row.save(update_fields=["decided_at"])
        self._record(row, "start_partnership", row.decided_at, row.decided_by)

    def _sign(self, row: Partnership, starts_on: date) -> None:
        if row.form != Form.ALLIANCE and self.chance.random() > 0.6:
            return
        number = f"演示联创协〔{starts_on.year}〕{row.pk}号"
        agreement = Agreement(
            partnership=row.partnership_ptr,
            document_number=number,
            signed_on=starts_on,
            valid_until=date(starts_on.year + 2, 12, 31),
        )
        self.agreements.append(agreement)
        after = {"document_number": number, "signed_on": str(starts_on)}
        at = self.stage.moment(starts_on, 200)
        self._record(row, "add_agreement", at, row.proposed_by, after=after)

    def _plan_steps(
        self, row: Partnership, plan: Plan, starts_on: date, ended_on: date | None
    ) -> None:
        """Most steps are done by their day, some late, some are late still, some lie ahead."""
        year_begins = max(starts_on, self.stage.day(0.0))
        first, last = (starts_on, ended_on) if ended_on else (year_begins, None)
        last = last or date(self.stage.today.year, 12, 20)
        for number, what in enumerate(STEPS[plan.form], start=1):
            due_on = first + (last - first) * number / len(STEPS[plan.form])
            done_on = due_on - timedelta(days=self.chance.randint(0, 12))
            fate = self.chance.random()
            if fate < 0.12:
                done_on = due_on + timedelta(days=self.chance.randint(3, 20))
            is_open = done_on > self.stage.today or (fate > 0.92 and not ended_on)
            done = None if is_open else max(done_on, starts_on)
            self.milestones.append(
                Milestone(partnership=row.partnership_ptr, what=what, due_on=due_on, done_on=done)
            )
            if done:
                after = {"what": what, "done_on": str(done)}
                at = self.stage.moment(done, 330)
                self._record(row, "complete_milestone", at, row.proposed_by, after=after)

    def _grant(self, row: Partnership) -> None:
        if row.budget_asked is None or self.chance.random() > 0.7:
            return
        row.budget_granted = (row.budget_asked * self.chance.choice((Decimal("0.6"), 1))).quantize(
            Decimal("0.01")
        )
        row.save(update_fields=["budget_granted"])
        at = self.stage.after(row.decided_at, self.chance, most_days=20)
        after = {"budget_granted": str(row.budget_granted)}
        self._record(row, "grant_budget", at, self.stage.people.office, after=after)

    def _propose_only(self, proposal: Proposal) -> None:
        plan, today = proposal.plan, self.stage.today
        proposed_at = self.stage.moment(today - timedelta(days=proposal.days), 90)
        starts_on, ends_on = today + timedelta(days=10), date(today.year + 1, 12, 31)
        row = self._save(plan, Status.PROPOSED, starts_on, ends_on, proposed_at)
        self._answer(row, plan.lead, proposed_at)
        for unit in plan.others:
            self._answer_to_proposal(row, unit, proposal)

    def _answer_to_proposal(self, row: Partnership, unit: Organisation, proposal: Proposal) -> None:
        label = unit.full_label if unit.is_village else unit.short_name
        if label in proposal.agreed or self.stage.people.answers_for(unit) == row.proposed_by:
            self._answer(row, unit, row.proposed_at)
        elif label in proposal.declined:
            user = self.stage.people.answers_for(unit)
            at = self.stage.after(row.proposed_at, self.chance, most_days=3)
            self._member(row, unit, Member.Consent.DECLINED, at, user, DECLINED)
            self._record_answer(row, "decline_member", at, user, unit, Member.Consent.DECLINED)
        else:
            # Asked, and somebody can answer: the unit has its liaison.
            self.stage.people.answers_for(unit)
            self._member(row, unit, Member.Consent.PENDING)

    def _record_answer(
        self,
        row: Partnership,
        verb: str,
        at: datetime,
        by: User,
        unit: Organisation,
        consent: str,
    ) -> None:
        facts = {"organisation": str(unit), "consent": str(consent)}
        self._record(row, verb, at, by, after=facts)

    def _record(
        self,
        row: Partnership,
        verb: str,
        at: datetime,
        by: User,
        note: str = "",
        after: dict | None = None,
    ) -> None:
        facts = dict(after or {})
        if note:
            facts["closing_note"] = note
        self.stage.trail.add(
            at,
            f"partnerships.{verb}",
            row.partnership_ptr,
            by=by,
            after=facts,
            is_decision=verb == "grant_budget",
        )


def write_partnerships(stage: Stage) -> list[Made]:
    """All of them; returns those that ran, for their reports."""
    return PartnershipWriter(stage).write()

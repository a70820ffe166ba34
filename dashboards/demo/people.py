"""The accounts of the demonstration: one for each role, and a liaison for each unit that acts."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from pypinyin import Style, lazy_pinyin

from accounts.models import User
from accounts.rights import ADMINISTRATORS, Role
from dashboards.demo.trail import Trail
from organisations.models import Assignment, Organisation


@dataclass(frozen=True)
class Account:
    """`look_at` tells a visitor where to begin."""

    username: str
    name: str
    unit: str
    role: Role
    look_at: str


ACCOUNTS = (
    Account(
        "demo_office",
        "旗创建办工作人员",
        "旗创建办",
        Role.OFFICE_STAFF,
        "首页的“谁还欠什么”，再审核报送的活动",
    ),
    Account(
        "demo_director", "旗创建办负责人", "旗创建办", Role.OFFICE_DIRECTOR, "考核评分、以奖代补"
    ),
    Account("demo_leader", "旗领导", "旗政府办", Role.LEADER, "工作看板：覆盖面、月度活动、网络图"),
    Account(
        "demo_township",
        "大沁他拉镇联络员",
        "大沁他拉镇",
        Role.LIAISON,
        "首页的待办：答复邀请、确认活动（代办各嘎查村）",
    ),
    Account(
        "demo_township2", "八仙筒镇联络员", "八仙筒镇", Role.LIAISON, "与大沁他拉镇的结对和活动"
    ),
    Account("demo_unit", "旗教体局联络员", "旗教体局", Role.LIAISON, "退回的报送、教体系统联动"),
    Account("demo_scorer", "旗委宣传部评分员", "旗委宣传部", Role.SCORER, "人工评分"),
    Account("demo_sysadmin", "系统管理员", "旗政务服务局", Role.SYSTEM_ADMIN, "用户：建立账号"),
    Account("demo_secadmin", "安全管理员", "旗委办", Role.SECURITY_ADMIN, "用户：授予角色、解锁"),
    Account("demo_auditor", "审计员", "旗审计局", Role.AUDITOR, "审计记录：筛选、验证"),
)
LIAISON_PREFIX = "liaison_"
OFFICE_NUMBER = "0475-0000000"


class People:
    """Users by the unit for which they act, opened when first asked for."""

    def __init__(self, units: dict[str, Organisation], since: datetime, trail: Trail) -> None:
        self.since = since
        self.trail = trail
        # Argon2 is slow on purpose: all share one password, and here its hash too.
        self.password = make_password(settings.DEMO_PASSWORD)
        self.by_username: dict[str, User] = {}
        self.liaisons: dict[int, User] = {}
        # The administrators first: they open the others.
        for account in sorted(ACCOUNTS, key=lambda account: account.role not in ADMINISTRATORS):
            user = self._open(account.username, account.name, units[account.unit], account.role)
            if account.role == Role.LIAISON:
                self.liaisons[units[account.unit].pk] = user

    @property
    def office(self) -> User:
        return self.by_username["demo_office"]

    @property
    def director(self) -> User:
        return self.by_username["demo_director"]

    @property
    def scorer(self) -> User:
        return self.by_username["demo_scorer"]

    @property
    def visited(self) -> set[User]:
        """The liaisons as whom visitors log in."""
        return {user for name, user in self.by_username.items() if name.startswith("demo_")}

    def answers_for(self, unit: Organisation) -> User:
        """Who says yes or no for a unit: its liaison, the township's for a village, the office
        for a partner outside the county.
        """
        return self.office if unit.is_external else self.liaison_of(unit)

    def liaison_of(self, unit: Organisation) -> User:
        acting = unit.superior if unit.is_village else unit
        if acting.pk not in self.liaisons:
            self.liaisons[acting.pk] = self._open(
                self._free_username(acting), f"{acting.short_name}联络员", acting, Role.LIAISON
            )
        return self.liaisons[acting.pk]

    def _free_username(self, unit: Organisation) -> str:
        initials = "".join(lazy_pinyin(unit.short_name, style=Style.FIRST_LETTER))
        base = LIAISON_PREFIX + "".join(sign for sign in initials if sign.isalnum())[:20]
        number = sum(name.startswith(base) for name in self.by_username)
        return f"{base}{number + 1}" if number else base

    def _open(self, username: str, name: str, unit: Organisation, role: Role) -> User:
        """A new account; one that an earlier removal had to leave closed is opened again."""
        facts = {
            "name": name,
            "work_phone": OFFICE_NUMBER,
            "is_active": True,
            "password": self.password,
            "must_change_password": False,
            "password_changed_at": timezone.now(),
            "created_at": self.since,
        }
        user, _created = User.objects.update_or_create(username=username, defaults=facts)
        began = timezone.localdate(self.since)
        assignment = Assignment.objects.create(
            user=user, organisation=unit, role=role, valid_from=began
        )
        self.by_username[username] = user
        self._leave_trail(user, assignment)
        return user

    def _leave_trail(self, user: User, assignment: Assignment) -> None:
        """One administrator opens the account, another grants the role."""
        system = self.by_username.get("demo_sysadmin")
        security = self.by_username.get("demo_secadmin")
        facts = {"username": user.username, "name": user.name}
        self.trail.add(self.since, "accounts.create_user", user, by=system, after=facts)
        after = {
            "user": user.name,
            "organisation": str(assignment.organisation),
            "role": str(assignment.role),
        }
        self.trail.add(self.since, "organisations.grant_role", assignment, by=security, after=after)

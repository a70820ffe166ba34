"""Forms of cases, news items and collection windows."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from activities.actions import CaseFacts, NewsFacts, WindowFacts
from activities.models import Activity, CollectionWindow, NewsItem, ShowcaseCase, WindowAnswer
from activities.models.window import first_day_without_reason
from core.forms import ChecksPersonalData
from core.templatetags.ui import cn_date
from organisations.forms import DayInput, OrganisationMultipleChoiceField, offer_organisations
from organisations.models import Organisation
from organisations.models.kinds import EXTERNAL_KINDS, Kind

OWN_KINDS = [(kind.value, kind.label) for kind in Kind if kind not in EXTERNAL_KINDS]
# Further back nobody looks for the activity that a piece is about.
MONTHS_BACK = 6
MOST_ACTIVITIES = 200
BEGUN = "activities.window_answer"


def lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CaseForm(ChecksPersonalData):
    CHECKED = ("title", "done", "how_to_copy")

    title = forms.CharField(label=gettext_lazy("案例名称"), max_length=80)
    organisations = OrganisationMultipleChoiceField(
        label=gettext_lazy("做法单位"),
        help_text=gettext_lazy("是谁做的；发布后计给这些单位。"),
        action="showcase.edit",
    )
    done = forms.CharField(
        label=gettext_lazy("做了什么"),
        help_text=gettext_lazy("起因、做法、成效，不超过 800 字。"),
        max_length=800,
        widget=lines(7),
    )
    how_to_copy = forms.CharField(
        label=gettext_lazy("怎样照着做"),
        help_text=gettext_lazy("要谁参加、花多少钱、分几步、容易在哪里走样，不超过 800 字。"),
        max_length=800,
        widget=lines(7),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("适合哪类单位"),
        choices=OWN_KINDS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选一类适合的单位。")},
    )

    def __init__(self, *args: Any, user: User, case: ShowcaseCase | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        kept = list(case.organisations.values_list("pk", flat=True)) if case else []
        offer_organisations(self, user, keep=kept)
        if case:
            self.initial = {
                "title": case.title,
                "done": case.done,
                "how_to_copy": case.how_to_copy,
                "organisations": kept,
                "kinds": list(case.kinds.values_list("kind", flat=True)),
            }

    def facts(self) -> CaseFacts:
        return CaseFacts(**{name: self.cleaned_data[name] for name in CaseFacts.__annotations__})


class NewsForm(ChecksPersonalData):
    CHECKED = ("title", "outlet", "link")

    title = forms.CharField(label=gettext_lazy("标题"), max_length=100)
    outlet = forms.CharField(
        label=gettext_lazy("刊发单位"),
        help_text=gettext_lazy("报刊、网站、电视台或公众号的名称。"),
        max_length=60,
    )
    level = forms.ChoiceField(
        label=gettext_lazy("级别"),
        choices=[("", gettext_lazy("未选")), *NewsItem.Level.choices],
    )
    published_on = forms.DateField(
        label=gettext_lazy("刊发日期"), widget=DayInput, initial=timezone.localdate
    )
    organisations = OrganisationMultipleChoiceField(
        label=gettext_lazy("涉及单位"), action="news.edit"
    )
    link = forms.CharField(
        label=gettext_lazy("链接"),
        help_text=gettext_lazy("以 http:// 或 https:// 开头。"),
        max_length=300,
        required=False,
        validators=NewsItem._meta.get_field("link").validators[:1],
    )
    activity = forms.ModelChoiceField(
        label=gettext_lazy("所报道的活动"),
        queryset=Activity.objects.none(),
        empty_label=gettext_lazy("未选"),
        help_text=gettext_lazy("列出近半年已采用的活动。"),
        required=False,
    )

    def __init__(self, *args: Any, user: User, item: NewsItem | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        kept = list(item.organisations.values_list("pk", flat=True)) if item else []
        offer_organisations(self, user, keep=kept)
        self.fields["activity"].queryset = _recent(user, item)
        if item:
            names = ("title", "outlet", "level", "published_on", "link")
            self.initial = {name: getattr(item, name) for name in names}
            self.initial |= {"organisations": kept, "activity": item.activity_id}
        else:
            self._preset_only_unit(user)

    def _preset_only_unit(self, user: User) -> None:
        """A unit that speaks for itself alone need not look itself up."""
        only = list(Organisation.objects.within(user, "news.edit").values_list("pk", flat=True)[:2])
        if len(only) == 1:
            self.initial.setdefault("organisations", only)

    def facts(self) -> NewsFacts:
        return NewsFacts(**{name: self.cleaned_data[name] for name in NewsFacts.__annotations__})


def _recent(user: User, item: NewsItem | None) -> QuerySet[Activity]:
    since = timezone.localdate() - timedelta(days=31 * MONTHS_BACK)
    seen = Activity.objects.visible_to(user).filter(status=Activity.Status.ACCEPTED)
    latest = seen.filter(starts_on__gte=since).order_by("-starts_on", "-pk")[:MOST_ACTIVITIES]
    shown = Q(pk__in=list(latest.values_list("pk", flat=True)))
    if item and item.activity_id:
        shown |= Q(pk=item.activity_id)
    return Activity.objects.filter(shown).order_by("-starts_on", "-pk")


class WindowForm(ChecksPersonalData):
    """What is asked until when; of whom only while the window is not yet open."""

    CHECKED = ("title", "basis", "asked", "short_notice_reason")

    title = forms.CharField(label=gettext_lazy("填报事项"), max_length=80)
    basis = forms.CharField(
        label=gettext_lazy("依据"),
        help_text=gettext_lazy("文号，没有文件依据的不要发。"),
        max_length=100,
    )
    asked = forms.CharField(
        label=gettext_lazy("要报什么"),
        help_text=gettext_lazy("逐项写清，不超过 300 字；平台里已有的数不要再问。"),
        max_length=300,
        widget=lines(5),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("问哪几类单位"),
        help_text=gettext_lazy("这一类的单位都问；和下面一项至少选一样。"),
        choices=OWN_KINDS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    organisations = OrganisationMultipleChoiceField(
        label=gettext_lazy("另外问哪几家"),
        help_text=gettext_lazy("和上面选的类型合在一起，每家只问一次。"),
        action="window.edit",
        required=False,
    )
    due_on = forms.DateField(label=gettext_lazy("按时截止"), widget=DayInput)
    closes_on = forms.DateField(
        label=gettext_lazy("最终关闭"),
        help_text=gettext_lazy("截止后到关闭前还能补报，记为逾期答复。"),
        widget=DayInput,
    )
    short_notice_reason = forms.CharField(
        label=gettext_lazy("时间紧的原因"), max_length=200, required=False
    )

    def __init__(
        self, *args: Any, user: User, window: CollectionWindow | None = None, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.user = user
        if window:
            del self.fields["kinds"], self.fields["organisations"]
            self.initial = {name: getattr(window, name) for name in WindowFacts.__annotations__}
        offer_organisations(self, user)
        since = timezone.localdate(window.opened_at) if window else timezone.localdate()
        self.fields["short_notice_reason"].help_text = _(
            "按时截止在%s以前的要写，单位会看到。"
        ) % cn_date(first_day_without_reason(since))

    def facts(self) -> WindowFacts:
        return WindowFacts(
            **{name: self.cleaned_data[name] for name in WindowFacts.__annotations__}
        )

    def units(self) -> QuerySet[Organisation]:
        """All units of the chosen kinds in the office's reach, and the chosen ones."""
        reach = Organisation.objects.within(self.user, "window.edit")
        chosen = [unit.pk for unit in self.cleaned_data["organisations"]]
        wanted = Q(kind__in=self.cleaned_data["kinds"]) | Q(pk__in=chosen)
        return reach.active_on(timezone.localdate()).filter(wanted).order_by("pk")


class AnswerForm(ChecksPersonalData):
    CHECKED = ("text",)

    text = forms.CharField(
        label=gettext_lazy("填报内容"),
        help_text=gettext_lazy("不超过 1000 字；和上次一样的，不用写，点“无变化”。"),
        max_length=1000,
        required=False,
        widget=lines(6),
    )
    # When the page was opened, signed: who began in time may finish within half an hour.
    begun = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, answer: WindowAnswer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer = answer
        now = timezone.now().timestamp()
        self.initial = {
            "text": answer.text,
            "begun": signing.dumps([answer.pk, now], salt=BEGUN),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        says_nothing_new = bool(self.data.get("no_change"))
        if says_nothing_new and cleaned.get("text"):
            self.add_error("text", _("已写了内容，点“报送”；确实无变化的，清空后再点“无变化”。"))
        if not says_nothing_new and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", _("请写明填报内容；没有变化的点“无变化”。"))
        return cleaned

    def begun_at(self) -> Any:
        """When the page was opened; now, where the sign is missing or is another answer's."""
        try:
            pk, seconds = signing.loads(self.cleaned_data["begun"], salt=BEGUN)
        except signing.BadSignature:
            return timezone.now()
        if pk != self.answer.pk:
            return timezone.now()
        return timezone.datetime.fromtimestamp(seconds, tz=timezone.get_current_timezone())


class ReasonForm(ChecksPersonalData):
    """Why something is withdrawn or cancelled."""

    CHECKED = ("reason",)

    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("请写明原因。")},
    )

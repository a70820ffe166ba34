"""Frozen results of a scoring run: they explain themselves without asking again."""

from typing import Any

from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessment.models.entry import Veto
from assessment.models.indicator import Indicator
from assessment.models.scheme import AssessmentGroup, Scheme, in_area_of
from core.models import Job
from organisations.models import Organisation, names_day, organisation_scope, successions


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: Any) -> "RunQuerySet":
        """Of the schemes whose whole county the user looks over: a run tells of all its units."""
        return self.filter(in_area_of(user, "run.view", "scheme__region"))

    def latest_finished(self, scheme: Scheme) -> "Run | None":
        """The run whose results are shown: the last one that was carried through."""
        done = self.filter(scheme=scheme, finished_at__isnull=False)
        return done.order_by("-number").first()


class Run(models.Model):
    """One computation of all scores of a scheme. The latest finished run is the one shown."""

    class Standing(models.TextChoices):
        TRIAL = "trial", _("初步结果，未审定")
        FORMAL = "formal", _("结果已审定")
        # Once approved, these stay what they were when corrections make runs of their own.
        PUBLICISED = "publicised", _("公示时的结果，已审定，之后有更正")
        OVERTAKEN = "overtaken", _("更正后的结果，已审定，之后又有更正")

    scheme = models.ForeignKey(
        Scheme, verbose_name=_("方案"), on_delete=models.CASCADE, related_name="runs"
    )
    number = models.PositiveSmallIntegerField(_("第几次计算"))
    # Only this unit's records were read anew; the values of all others are those of `based_on`.
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("只重算的单位"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="single_runs",
    )
    based_on = models.ForeignKey(
        "self",
        verbose_name=_("沿用的计算"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
    )
    # The rules as they were: {code: {"kind": …, "params": {…}, "version": …}}.
    table = models.JSONField(_("赋分办法"), default=dict, blank=True)
    job = models.OneToOneField(
        Job, verbose_name=_("后台任务"), on_delete=models.PROTECT, null=True, related_name="run"
    )
    data_as_of = models.DateTimeField(_("数据截至"), default=timezone.now)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    # Whether corrections by two people are in its results (更正后).
    is_corrected = models.BooleanField(_("更正后"), default=False)
    # SHA-256 over the canonical results: same data, same bytes.
    digest = models.CharField(_("结果摘要"), max_length=64, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("发起人"),
        on_delete=models.PROTECT,
        related_name="runs",
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("评分计算")
        verbose_name_plural = _("评分计算")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="run_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} #{self.number}"

    @cached_property
    def successions(self) -> dict[int, int]:
        """Whose records of the year count for whom, as known at the cut-off; one query a run."""
        return successions(self.scheme.year, self.data_as_of)

    def standing(self) -> Standing:
        """What its results are worth; at most one query, two for others than the latest run."""
        if self.scheme.status not in Scheme.DECIDED or self.finished_at is None:
            return self.Standing.TRIAL
        if Run.objects.latest_finished(self.scheme) == self:
            return self.Standing.FORMAL
        published = self.scheme.runs.filter(notices__isnull=False)
        number = published.values_list("number", flat=True).first()
        if number is None or self.number < number:
            return self.Standing.TRIAL
        return self.Standing.PUBLICISED if self.number == number else self.Standing.OVERTAKEN

    def is_formal(self) -> bool:
        """Whether its results are, or were until a correction, those that were approved."""
        return self.standing() != self.Standing.TRIAL


class ScoreQuerySet(models.QuerySet["Score"]):
    def visible_to(self, user: Any) -> "ScoreQuerySet":
        return self.filter(organisation_scope(user, "score.view", "organisation"))

    def for_list(self) -> "ScoreQuerySet":
        return self.select_related("organisation__region__parent", "group", "run__scheme")

    def with_names(self) -> "ScoreQuerySet":
        """What `unit_label` reads."""
        return self.prefetch_related("organisation__names")

    def with_lines(self) -> "ScoreQuerySet":
        """With all that `specification.stored_result` reads, in three queries."""
        lines = models.Prefetch("lines", ScoreLine.objects.select_related("indicator"))
        return self.for_list().with_names().prefetch_related(lines)


class Score(models.Model):
    """One unit's result in a run, as `scoring.UnitResult` gave it; nothing is left to recompute."""

    run = models.ForeignKey(
        Run, verbose_name=_("计算"), on_delete=models.CASCADE, related_name="scores"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="scores"
    )
    group = models.ForeignKey(
        AssessmentGroup, verbose_name=_("分组"), on_delete=models.PROTECT, related_name="scores"
    )
    earned = models.DecimalField(_("基础分合计"), max_digits=10, decimal_places=4)
    obtainable = models.DecimalField(_("适用基础分"), max_digits=10, decimal_places=4)
    base = models.DecimalField(_("基础分"), max_digits=10, decimal_places=4)
    bonus = models.DecimalField(_("加分"), max_digits=10, decimal_places=4)
    deduction = models.DecimalField(_("扣分"), max_digits=10, decimal_places=4)
    subtotal = models.DecimalField(_("小计"), max_digits=10, decimal_places=4)
    total = models.DecimalField(_("总分"), max_digits=10, decimal_places=4)
    rank = models.PositiveIntegerField(_("组内名次"))
    tied = models.PositiveIntegerField(_("同名次单位数"), default=1)
    group_size = models.PositiveIntegerField(_("组内单位数"), default=1)
    band = models.CharField(_("按分数的等次"), max_length=20, blank=True)
    grade = models.CharField(_("等次"), max_length=20, blank=True)
    grade_reason = models.CharField(_("等次依据"), max_length=20, blank=True)
    excellent_places = models.PositiveIntegerField(_("优秀名额"), null=True, blank=True)
    kind = models.CharField(_("类型"), max_length=24, choices=Organisation.Kind.choices)
    # [[Veto.Kind, reason, document, day, who], …]: what was in force when the run was made; runs
    # made before the record was kept have only the first two.
    vetoes = models.JSONField(_("否决"), default=list, blank=True)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("得分")
        verbose_name_plural = _("得分")
        ordering = ["group__order", "rank", "organisation__region__code"]
        constraints = [
            models.UniqueConstraint(fields=["run", "organisation"], name="score_once_a_run"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.total}"

    @property
    def unit_label(self) -> str:
        """The unit under the name it had at the end of the scheme's year."""
        return self.organisation.label_on(names_day(self.run.scheme.year))

    @property
    def is_vetoed(self) -> bool:
        """一票否决: total 0 and the bottom grade."""
        return Veto.Kind.TOTAL in self.veto_kinds

    @property
    def veto_kinds(self) -> list[str]:
        return [kind for kind, *_record in self.vetoes]

    @property
    def veto_words(self) -> str:
        return "、".join(str(Veto.Kind(kind).label) for kind in self.veto_kinds)


class ScoreLineQuerySet(models.QuerySet["ScoreLine"]):
    def copy(self, earlier: Run, run: Run, *, but: int) -> None:
        """Give the scores of a run the lines of an earlier one, those of unit `but` left out.

        One statement inside the database: the lines of a county are thousands of rows.
        """
        quote = connection.ops.quote_name
        fields = (one for one in ScoreLine._meta.concrete_fields if not one.primary_key)
        columns = [quote(one.column) for one in fields if one.name != "score"]
        lines, scores = quote(ScoreLine._meta.db_table), quote(Score._meta.db_table)
        # Table and columns are our own models', the numbers go as parameters.
        statement = f"""
            INSERT INTO {lines} ({", ".join(["score_id", *columns])})
            SELECT later.id, {", ".join(f"line.{column}" for column in columns)}
            FROM {lines} line
            JOIN {scores} first ON first.id = line.score_id
            JOIN {scores} later ON later.organisation_id = first.organisation_id
            WHERE first.run_id = %s AND later.run_id = %s AND first.organisation_id <> %s
            ORDER BY line.id
        """  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(statement, [earlier.pk, run.pk, but])


class ScoreLine(models.Model):
    """One line of a unit's score sheet: what went in, what came out, and all that explains it."""

    score = models.ForeignKey(
        Score, verbose_name=_("得分"), on_delete=models.CASCADE, related_name="lines"
    )
    indicator = models.ForeignKey(
        Indicator, verbose_name=_("指标"), on_delete=models.PROTECT, related_name="lines"
    )
    parent_code = models.CharField(_("上级编码"), max_length=20, blank=True)
    depth = models.PositiveSmallIntegerField(_("层级"), default=0)
    # scoring.LineStatus: 计分, 不适用, 互斥不计, 更正.
    status = models.CharField(_("状态"), max_length=10)
    points = models.DecimalField(_("得分"), max_digits=10, decimal_places=4, null=True, blank=True)
    obtainable = models.DecimalField(_("可得分"), max_digits=10, decimal_places=4)
    raw = models.DecimalField(
        _("折算前得分"), max_digits=10, decimal_places=4, null=True, blank=True
    )
    # rules.Outcome as JSON: value, cap, floor, group figures; empty on a branch.
    outcome = models.JSONField(_("计算依据"), default=dict, blank=True)
    note = models.CharField(_("更正依据"), max_length=200, blank=True)

    objects = ScoreLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("得分明细")
        verbose_name_plural = _("得分明细")
        ordering = ["indicator__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["score", "indicator"], name="score_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.points}"

"""Papers of the way to the final result: the public notice, answers, corrections."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import Correction, ResultNotice, Score, ScoreObjection
from assessment.published import PublishedRow, footnote, published_rows
from assessment.rules.arithmetic import show
from core.demo import is_demo
from core.paper import Align, Appendix, Letter, Paragraph, Table, TableColumn, TableRow
from core.sheets import Column, SheetMeta, write_table
from core.templatetags.ui import cn_date, points


def notice_letter(notice: ResultNotice, user: User) -> Letter:
    """With its list as far as the user may know what was corrected since."""
    year = notice.scheme.year
    scheme = notice.scheme
    opening = _(
        "根据《%(scheme)s》（%(document)s），经系统计算、部门评分、组内平衡和负责人审定，"
        "现将%(year)d年度“联创共建”考核结果予以公示，名单附后。"
    ) % {"scheme": scheme.title, "document": scheme.document_number, "year": year}
    span = _("%(from)s至%(until)s，共%(days)d个工作日。") % {
        "from": cn_date(notice.starts_on),
        "until": cn_date(notice.ends_on),
        "days": notice.working_days,
    }
    body = (
        Paragraph(opening),
        Paragraph(_("一、公示时间"), level=1),
        Paragraph(span),
        Paragraph(_("二、异议提出"), level=1),
        Paragraph(_where_to_object(notice)),
    )
    return Letter(
        title=_("关于%d年度“联创共建”考核结果的公示") % year,
        body=body,
        signer=notice.office.name,
        signed_on=notice.starts_on,
        attachments=(_list_title(notice),),
        appendices=(_name_list(notice, user),),
    )


def _name_list(notice: ResultNotice, user: User) -> Appendix:
    rows = published_rows(notice, user)
    note = footnote(rows)
    columns = _columns(has_corrections=bool(note))
    groups = groupby(rows, key=lambda row: row.score.group.name)
    tables = (_group_table(name, columns, members) for name, members in groups)
    return Appendix(_("附件"), _list_title(notice), tables=tuple(tables), note=note)


def _columns(*, has_corrections: bool) -> tuple[TableColumn, ...]:
    """The last one only where a row was corrected."""
    unit, total, grade, veto = (33, 12, 12, 14) if has_corrections else (43, 15, 14, 19)
    columns = (
        TableColumn(_("序号"), 9, Align.CENTRED),
        TableColumn(_("单位"), unit),
        TableColumn(_("总分"), total, Align.FIGURE),
        TableColumn(_("等次"), grade, Align.CENTRED),
        TableColumn(_("否决"), veto, Align.CENTRED),
    )
    return (*columns, TableColumn(_("更正后"), 20, Align.CENTRED)) if has_corrections else columns


def _group_table(
    name: str, columns: tuple[TableColumn, ...], rows: Iterable[PublishedRow]
) -> Table:
    """Unit, total, grade, vetoes; total and grade after a correction where there is a column."""
    lines = (_list_cells(number, row) for number, row in enumerate(rows, 1))
    return Table(
        caption=name,
        columns=columns,
        rows=tuple(TableRow(cells[: len(columns)]) for cells in lines),
    )


def _list_cells(number: int, row: PublishedRow) -> tuple[str, ...]:
    score, total = row.score, points(row.score.total)
    return str(number), score.unit_label, total, score.grade, score.veto_words, row.figures_now


def _list_title(notice: ResultNotice) -> str:
    return _("%d年度“联创共建”考核结果名单") % notice.scheme.year


def _where_to_object(notice: ResultNotice) -> str:
    words = (
        _(
            "被考核单位对本单位得分有异议的，请在公示期内由联络员在平台本单位考核表上逐项提出，"
            "写明理由并附依据，%s核查后书面答复。"
        )
        % notice.office.name
    )
    return words + (_("联系电话：%s。") % notice.phone if notice.phone else "")


def notice_xlsx(notice: ResultNotice, *, by: User) -> bytes:
    """The list as a table."""
    published = published_rows(notice, by)
    note = footnote(published)
    span = _("公示%(from)s至%(until)s") % {
        "from": cn_date(notice.starts_on),
        "until": cn_date(notice.ends_on),
    }
    meta = SheetMeta(
        title=_list_title(notice),
        # A note among the rows would be sorted and filtered away with them.
        filter_text="。".join(filter(None, [span, note.rstrip("。")])),
        made_by=by.name,
        made_at=timezone.now(),
        data_as_of=notice.run.data_as_of,
        is_demo=is_demo(),
    )
    stream = BytesIO()
    write_table(stream, meta, _list_columns(), _list_rows(published))
    return stream.getvalue()


def _list_columns() -> tuple[Column, ...]:
    return (
        Column(_("考核分组"), width=18),
        Column(_("单位"), width=24),
        Column(_("总分"), "points"),
        Column(_("等次"), width=12),
        Column(_("否决"), width=14),
        Column(_("更正"), width=20),
    )


def _list_rows(published: list[PublishedRow]) -> list[tuple[Any, ...]]:
    return [
        (
            row.score.group.name,
            row.score.unit_label,
            row.score.total,
            row.score.grade,
            row.score.veto_words,
            row.correction,
        )
        for row in published
    ]


def answer_letter(objection: ScoreObjection) -> Letter:
    year = objection.notice.scheme.year
    indicator = objection.indicator
    asked = _("你单位于%(day)s对%(year)d年度考核表“%(line)s”提出异议：%(text)s") % {
        "day": cn_date(timezone.localdate(objection.filed_at)),
        "year": year,
        "line": f"{indicator.code} {indicator.name}",
        "text": objection.text,
    }
    body = (
        Paragraph(asked),
        Paragraph(_("经核查，现答复如下。")),
        Paragraph(_("一、核查结论"), level=1),
        Paragraph(_("异议%s。") % objection.get_status_display()),
        Paragraph(_("二、答复"), level=1),
        *_said(objection.answer),
        Paragraph(_("三、得分"), level=1),
        Paragraph(_points_words(objection)),
    )
    return Letter(
        title=_("关于%d年度考核异议的答复") % year,
        body=body,
        signer=objection.notice.office.name,
        signed_on=timezone.localdate(objection.confirmed_at),
        addressee=objection.organisation.name,
        mark=objection.notice.office.name if objection.document_number else "",
        number=objection.document_number,
    )


def _said(text: str) -> list[Paragraph]:
    """A paragraph for each that was typed."""
    return [Paragraph(line.strip()) for line in text.splitlines() if line.strip()]


def _points_words(objection: ScoreObjection) -> str:
    if not objection.is_upheld:
        return _("该项得分不变。")
    line = _("该项得分由%(old)s分更正为%(new)s分") % {
        "old": show(objection.points_before),
        "new": show(objection.points_after),
    }
    return line + _total_words(objection)


def _total_words(objection: ScoreObjection) -> str:
    """What the correction made of the unit's result, once it is computed."""
    correction = Correction.objects.filter(objection=objection).select_related("run").first()
    run = correction.run if correction else None
    if run is None or run.finished_at is None:
        return _("，总分、名次和等次相应重新计算。")
    old, new = _before_and_after(correction)
    return _("；你单位%s。") % "，".join([_total_change(old, new), *_grade_change(old, new)])


def _before_and_after(correction: Correction) -> tuple[Score, Score]:
    """The unit's result in the run that the correction went out from, and in that which it made."""
    run = correction.run
    scores = Score.objects.filter(organisation=correction.organisation_id)
    return scores.get(run=run.based_on_id), scores.get(run=run)


def _total_change(old: Score, new: Score) -> str:
    if old.total == new.total:
        return _("总分仍为%s分") % show(new.total)
    return _("总分由%(old)s分更正为%(new)s分") % {"old": show(old.total), "new": show(new.total)}


def _rank_change(old: Score, new: Score) -> str:
    if old.rank == new.rank:
        return _("组内名次仍为第%d名") % new.rank
    return _("组内名次由第%(old)d名更正为第%(new)d名") % {"old": old.rank, "new": new.rank}


def _grade_change(old: Score, new: Score) -> list[str]:
    """Nothing where the scheme has no grades."""
    if not new.grade:
        return []
    if old.grade == new.grade:
        return [_("等次仍为%s") % new.grade]
    return [_("等次由%(old)s更正为%(new)s") % {"old": old.grade, "new": new.grade}]


def correction_letter(correction: Correction, office: str) -> Letter:
    year, indicator = correction.scheme.year, correction.indicator
    notice = ResultNotice.objects.filter(scheme=correction.scheme).select_related("office").first()
    words = {
        "year": year,
        "line": f"{indicator.code} {indicator.name}",
        "old": show(correction.points_before),
        "new": show(correction.points_after),
    }
    body = (
        Paragraph(_("一、更正事项"), level=1),
        Paragraph(
            _("你单位%(year)d年度考核表“%(line)s”的得分由%(old)s分更正为%(new)s分。") % words
        ),
        Paragraph(_("二、更正原因和依据"), level=1),
        Paragraph(_basis(correction)),
        Paragraph(_("三、结果"), level=1),
        Paragraph(_result_words(correction)),
    )
    return Letter(
        title=_("关于%(year)d年度考核得分更正的通知") % words,
        body=body,
        signer=notice.office.name if notice else office,
        signed_on=_dated(correction),
        addressee=correction.organisation.name,
    )


def _result_words(correction: Correction) -> str:
    """With the rank: only approved results are corrected, and those tell a unit its own."""
    old, new = _before_and_after(correction)
    changes = [_total_change(old, new), _rank_change(old, new), *_grade_change(old, new)]
    return _("你单位%s；原结果留存备查。") % "，".join(changes)


def _basis(correction: Correction) -> str:
    words = [correction.reason.rstrip("。"), correction.document_number]
    return "，".join(filter(None, words)) + "。"


def _dated(correction: Correction) -> date:
    return max(correction.dated_on, timezone.localdate(correction.confirmed_at))

"""Papers of the assessment as files: the notice, answers, corrections, the scheme itself."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.exports import CONTENT_TYPES, SheetFile, data_words
from assessment.models import Correction, ResultNotice, Run, Scheme, ScoreObjection
from assessment.papers import answer_letter, correction_letter, notice_letter, notice_xlsx
from assessment.scheme_paper import scheme_letter
from core import audit
from core.demo import is_demo
from core.file_names import safe_file_name
from core.paper import LETTER_FORMATS, Letter, PaperMeta

LETTERS = tuple(LETTER_FORMATS)
NOTICES = (*LETTERS, "xlsx")


def export_notice(notice: ResultNotice, *, file_format: str, by: User) -> SheetFile:
    """The public notice with its list as a letter, or the list alone as `xlsx`."""
    if file_format == "xlsx":
        content = notice_xlsx(notice, by=by)
        name = safe_file_name(str(notice), file_format)
        file = SheetFile(name, content, CONTENT_TYPES[file_format])
    else:
        file = _file(notice_letter(notice, by), str(notice), file_format, by, run=notice.run)
    audit.record("assessment.export_notice", notice, by=by, after={"format": file_format})
    return file


def export_answer(objection: ScoreObjection, *, file_format: str, by: User) -> SheetFile:
    """The confirmed answer to an objection as a letter to the unit."""
    name = _("异议答复_%s") % objection.organisation.short_name
    file = _file(answer_letter(objection), name, file_format, by)
    audit.record("assessment.export_answer", objection, by=by, after={"format": file_format})
    return file


def export_correction(correction: Correction, *, file_format: str, by: User) -> SheetFile:
    """A confirmed correction as a letter to the unit."""
    unit = by.main_organisation
    letter = correction_letter(correction, unit.name if unit else by.name)
    name = _("更正通知_%s") % correction.organisation.short_name
    file = _file(letter, name, file_format, by, run=correction.run)
    audit.record("assessment.export_correction", correction, by=by, after={"format": file_format})
    return file


def export_scheme_paper(scheme: Scheme, *, file_format: str, by: User) -> SheetFile:
    """The scheme as it is issued, with its table. A draft says that it is one."""
    file = _file(scheme_letter(scheme), scheme.label, file_format, by)
    audit.record("assessment.export_scheme_paper", scheme, by=by, after={"format": file_format})
    return file


def _file(
    letter: Letter, name: str, file_format: str, by: User, *, run: Run | None = None
) -> SheetFile:
    """RuleError as the format's renderer raises it: missing typefaces, characters without glyph."""
    kind = LETTER_FORMATS[file_format]
    meta = PaperMeta(
        title=letter.title,
        author=by.name,
        made_at=timezone.now(),
        subject=data_words(run) if run else "",
        is_demo=is_demo(),
    )
    content = kind.render(letter, meta=meta)
    return SheetFile(safe_file_name(name, file_format), content, kind.content_type)

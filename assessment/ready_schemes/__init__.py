"""The schemes that come with the platform: workbooks beside this module, loaded by choice.

The .xlsx are the only source. Whoever changes one by hand has it written anew by
`manage.py tidy_scheme FILE.xlsx`, so that the file is what `write_scheme` writes.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.scheme_book import SchemeBook, read_scheme
from assessment.scheme_book.scheme import MANUAL
from core.sheets import open_workbook

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class ReadyScheme:
    """A workbook, and in two lines what it is and for whom."""

    key: str
    label: str
    what: str
    whom: str

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.key}.xlsx"

    def book(self) -> SchemeBook:
        """The workbook as it is shipped; its name says neither county nor year."""
        return _read(self.path)

    @property
    def has_marks(self) -> bool:
        """Whether people judge some of its leaves, so that a department must be named."""
        return any(notes.source == MANUAL for notes in self.book().notes.values())

    def book_for(self, county: str, year: int) -> SchemeBook:
        """The scheme under the name that it has in a county and year."""
        book = self.book()
        words = {"county": county, "year": year, "name": book.name}
        return replace(book, name=_("%(county)s%(year)s年%(name)s") % words, year=year)


@lru_cache(maxsize=8)
def _read(path: Path) -> SchemeBook:
    with path.open("rb") as file:
        return read_scheme(open_workbook(file))


NOTICE = ReadyScheme(
    key="notice",
    label=gettext_lazy("通知要求 100 分"),
    what=gettext_lazy(
        "项目化推进 30 分、联办活动 40 分、督导整改 10 分、工作实效 20 分，另加分 5 分、扣分 3 分。"
    ),
    whom=gettext_lazy("各类单位都适用；除“工作实效”由部门评分，其余由系统按报送计算。"),
)
TOWNSHIPS = ReadyScheme(
    key="townships",
    label=gettext_lazy("苏木乡镇 100＋10 分"),
    what=gettext_lazy(
        "组织推进 20 分、联办活动 40 分、带动 20 分、实效 20 分，另加分 10 分、扣分 10 分。"
    ),
    whom=gettext_lazy("只考核苏木乡镇、街道和农场；“群众知晓率”由调查结果导入。"),
)
STANDARD_120 = ReadyScheme(
    key="standard_120",
    label=gettext_lazy("120 分，100 分达标"),
    what=gettext_lazy(
        "项目 30 分、活动 40 分、带动 20 分、整改 10 分、满意度 20 分；110 分以上优秀，100 分达标。"
    ),
    whom=gettext_lazy("各类单位都适用；含按季计分、阶梯计分和组内比较，“满意度”由调查结果导入。"),
)
READY = (NOTICE, TOWNSHIPS, STANDARD_120)

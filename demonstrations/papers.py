"""The public notice as an official paper: the list, the period, and where to object."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.demo import is_demo
from core.paper import Letter, PaperMeta, Paragraph, render_pdf
from core.templatetags.ui import cn_date
from demonstrations.models import TitleNotice


def notice_paper(notice: TitleNotice, *, by: User) -> bytes:
    """The notice as PDF; RuleError as `core.paper.render_pdf`."""
    letter = notice_letter(notice)
    meta = PaperMeta(title=letter.title, author=by.name, made_at=timezone.now(), is_demo=is_demo())
    return render_pdf("paper/letter.html", {"letter": letter, "title": letter.title}, meta=meta)


def notice_letter(notice: TitleNotice) -> Letter:
    """Signed by the unit of who published it; the objections go there too."""
    unit = notice.created_by.main_organisation
    office = unit.name if unit else notice.created_by.name
    level = notice.get_level_display()
    title = _("关于%(batch)s%(level)s民族团结进步示范拟命名单位的公示") % {
        "batch": notice.batch,
        "level": level,
    }
    opening = _("经单位申报、实地初验，拟推荐以下单位为%(level)s民族团结进步示范，现予公示。") % {
        "level": level
    }
    body = [
        Paragraph(opening),
        Paragraph(_("一、公示名单"), level=1),
        *_names(notice),
        Paragraph(_("二、公示时间"), level=1),
        Paragraph(
            _("%(from)s至%(until)s，共%(days)d个工作日。")
            % {
                "from": cn_date(notice.starts_on),
                "until": cn_date(notice.ends_on),
                "days": notice.working_days,
            }
        ),
        Paragraph(_("三、意见反映"), level=1),
        Paragraph(_where_to_object(notice, office)),
    ]
    return Letter(title=title, body=tuple(body), signer=office, signed_on=notice.starts_on)


def _names(notice: TitleNotice) -> list[Paragraph]:
    """Under the names that were published, whatever became of the holders since."""
    return [
        Paragraph(f"{number}. {entry.name}（{entry.title.get_type_display()}）")
        for number, entry in enumerate(notice.entries.select_related("title"), start=1)
    ]


def _where_to_object(notice: TitleNotice, office: str) -> str:
    phone = notice.created_by.work_phone
    words = _("对公示单位有异议的，请在公示期内向%s反映，反映情况应客观真实。") % office
    return words + (_("联系电话：%s。") % phone if phone else "")

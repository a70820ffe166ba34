from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = _("考核")
    # what the audit log calls the deeds of this app
    audit_verbs = {
        "follow_successor": _("随单位变更移交"),
        "draft_notice_scheme": _("起草考核方案"),
        "publish_scheme": _("发布考核方案"),
        "export_scheme": _("下载方案工作簿"),
        "save_indicator": _("保存考核指标"),
        "delete_indicator": _("删除考核指标"),
        "start_run": _("计算得分"),
        "save_marks": _("填报人工评分"),
        "record_veto": _("登记一票否决"),
        "withdraw_veto": _("撤销一票否决"),
        "reopen_scoring": _("退回评分"),
        "approve_results": _("审定考核结果"),
        "finish_scheme": _("办结考核"),
        "export_sheet": _("导出考核表"),
        "export_sheets": _("成批导出考核表"),
        "start_sheets": _("成批导出考核表"),
        "export_list": _("导出得分台账"),
    }

    def ready(self) -> None:
        # Exports register themselves, in web and worker alike.
        import_module("assessment.exports")
        import_module("assessment.open_items")
        import_module("assessment.succession")

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = _("考核")
    # what the audit log calls the deeds of this app
    audit_verbs = {
        "follow_successor": _("随单位变更移交"),
        "draft_from_book": _("起草考核方案"),
        "draft_notice_scheme": _("起草考核方案"),
        "draft_ready_scheme": _("起草考核方案"),
        "replace_table": _("按工作簿替换方案"),
        "copy_scheme": _("复制方案到新年度"),
        "discard_draft": _("放弃方案草稿"),
        "revise_scheme": _("修订方案为新版"),
        "replace_scheme": _("由新版替代方案"),
        "publish_scheme": _("发布考核方案"),
        "export_scheme": _("下载方案工作簿"),
        "export_scheme_paper": _("下载方案文稿"),
        "export_comparison": _("下载方案对照"),
        "save_indicator": _("保存考核指标"),
        "delete_indicator": _("删除考核指标"),
        "add_indicator": _("增加考核指标"),
        "move_indicator": _("移动考核指标"),
        "copy_indicator": _("复制考核指标"),
        "save_row": _("保存考核指标"),
        "add_row": _("增加考核指标"),
        "move_row": _("移动考核指标"),
        "move_row_under": _("移动考核指标"),
        "copy_row": _("复制考核指标"),
        "save_applies": _("修改指标适用类型"),
        "assign_department": _("指定评分部门"),
        "save_scheme_settings": _("修改方案设置"),
        "create_group": _("增加考核分组"),
        "rename_group": _("更改分组名称"),
        "move_group": _("调整分组次序"),
        "delete_group": _("删除考核分组"),
        "move_members": _("调整分组成员"),
        "add_members": _("增加分组成员"),
        "regroup_by_kind": _("按类型重新分组"),
        "renew_kinds": _("发布时按名册更新单位类型"),
        "start_rehearsal": _("试算考核方案"),
        "rehearse_scheme": _("试算完成"),
        "apply_what_if": _("用试算的分值更新方案"),
        "touch_table": _("试算后改动方案"),
        "start_run": _("计算得分"),
        "save_marks": _("填报人工评分"),
        "save_cells": _("填报人工评分"),
        "set_marks_due": _("设定评分截止"),
        "remind_departments": _("提醒评分"),
        "save_imported_values": _("导入考核数据"),
        "export_values": _("下载数据工作簿"),
        "export_rehearsal": _("下载试算结果"),
        "export_run": _("下载计算的数据或结果"),
        "export_marks": _("下载评分表"),
        "record_veto": _("登记一票否决"),
        "withdraw_veto": _("撤销一票否决"),
        "reopen_scoring": _("退回评分"),
        "approve_results": _("审定考核结果"),
        "finish_scheme": _("办结考核"),
        "balance_group": _("组内平衡"),
        "return_marks": _("退回部门评分"),
        "keep_marks": _("维持原评分"),
        "open_notice": _("公示考核结果"),
        "export_notice": _("下载公示稿"),
        "file_objection": _("提出考核异议"),
        "withdraw_objection": _("撤回考核异议"),
        "draft_answer": _("起草异议答复"),
        "return_answer": _("退回异议答复"),
        "confirm_answer": _("确认异议答复"),
        "export_answer": _("下载异议答复"),
        "propose_correction": _("提出得分更正"),
        "confirm_correction": _("确认得分更正"),
        "decline_correction": _("不同意得分更正"),
        "carry_out_correction": _("更正得分"),
        "export_correction": _("下载更正通知"),
        "set_annual_weight": _("填写年度实绩考核权重"),
        "export_annual": _("导出年度实绩考核成绩"),
        "export_sheet": _("导出考核表"),
        "export_sheets": _("成批导出考核表"),
        "start_sheets": _("成批导出考核表"),
        "export_list": _("导出得分台账"),
    }

    def ready(self) -> None:
        # Exports register themselves, in web and worker alike.
        import_module("assessment.closed_years")
        import_module("assessment.exports")
        import_module("assessment.open_items")
        import_module("assessment.succession")

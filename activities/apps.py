from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = _("活动")
    # what the audit log calls the deeds of this app
    audit_verbs = {
        "follow_successor": _("随单位变更移交"),
        "start_activity": _("新建活动草稿"),
        "enter_draft": _("录入草稿"),
        "save_draft": _("保存活动草稿"),
        "copy_activity": _("复制活动"),
        "delete_draft": _("删除活动草稿"),
        "submit_activity": _("报送活动"),
        "withdraw_activity": _("撤回活动"),
        "accept_activity": _("采用活动"),
        "accept_activities": _("成批采用活动"),
        "return_activity": _("退回活动"),
        "change_rating": _("改评活动"),
        "answer_participations": _("答复参加情况"),
        "add_attachment": _("添加附件"),
        "remove_attachment": _("删除附件"),
        "open_window": _("发出填报"),
        "change_window": _("修改填报窗口"),
        "remind_window": _("催办填报"),
        "cancel_window": _("撤销填报"),
        "answer_window": _("答复填报"),
        "write_case": _("编写典型案例"),
        "change_case": _("修改典型案例"),
        "publish_case": _("发布典型案例"),
        "withdraw_case": _("撤下典型案例"),
        "delete_case": _("删除案例草稿"),
        "record_news": _("登记信息报送"),
        "change_news": _("修改信息报送"),
        "remove_news": _("删除信息报送"),
    }

    def ready(self) -> None:
        # Exports and ledgers register themselves, in web and worker alike.
        import_module("activities.exports")
        import_module("activities.open_items")
        import_module("activities.imports")
        import_module("activities.succession")

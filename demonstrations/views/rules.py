"""The rules of the levels, as data that the office changes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import requires
from core.pages import perform_form, render_page
from demonstrations.actions import edit_rule
from demonstrations.forms import RuleForm
from demonstrations.models import Title, TitleRule
from demonstrations.views.parts import RULE_PAGE, TITLE_PAGE, posted, title_tabs
from organisations.views.tabs import register_tabs


@require_safe
@requires("title.rule")
def rule_list(request: HttpRequest) -> HttpResponse:
    order = Title.Level.values
    rules = TitleRule.objects.select_related("updated_by")
    context = {
        "rules": sorted(rules, key=lambda rule: order.index(rule.level)),
        "register_tabs": register_tabs(request.user, TITLE_PAGE),
        "tabs": title_tabs(request.user, RULE_PAGE),
    }
    return render_page(request, "demonstrations/rule_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("title.rule")
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(TitleRule, pk=pk)
    form = RuleForm(posted(request), instance=rule)
    if request.method == "POST" and form.is_valid():
        if perform_form(request, form, edit_rule, rule, form.facts(), seen_at=form.seen()):
            told = _("%s的命名规则已保存；已发出的公示和已定的有效期不变。")
            messages.success(request, told % rule.get_level_display())
            return redirect(RULE_PAGE)
        form.catch_up()
    context = {"form": form, "rule": rule}
    status = 422 if form.errors else 200
    return render_page(request, "demonstrations/rule_form.html", context, status=status)

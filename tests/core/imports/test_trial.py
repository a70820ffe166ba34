"""A deed tried and taken back."""

import pytest

from core.errors import RuleError
from core.imports.trial import refusal_of
from organisations.models import TradeSystem

pytestmark = pytest.mark.django_db


def test_refusal_of_leaves_nothing_of_what_is_allowed():
    assert refusal_of(lambda: TradeSystem.objects.create(name="试办")) is None

    assert not TradeSystem.objects.filter(name="试办").exists()


def test_refusal_of_gives_the_sentence_of_the_deed():
    def forbidden():
        TradeSystem.objects.create(name="试办")
        raise RuleError("不能这样办。", field="name")

    error = refusal_of(forbidden)

    assert (error.message, error.field) == ("不能这样办。", "name")
    assert not TradeSystem.objects.filter(name="试办").exists()


def test_refusal_of_says_what_the_database_refuses():
    TradeSystem.objects.create(name="试办")

    error = refusal_of(lambda: TradeSystem.objects.create(name="试办"))

    assert error.message == (
        "刚才已有人保存了同样或与此冲突的内容，这次没有保存；请刷新页面核对后再办。"
    )
    assert TradeSystem.objects.filter(name="试办").count() == 1

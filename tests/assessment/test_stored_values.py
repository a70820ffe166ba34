"""What a run stores is enough to score it again."""

from decimal import Decimal

import pytest

from assessment.models import GroupMember, Indicator, ScoreLine
from assessment.rules import make_rule
from assessment.rules.values import Value
from assessment.scoring import IndicatorSpec, SchemeSpec, UnitSpec, digest, score_units
from assessment.specification import line_rows, score_row
from assessment.stored_values import stored_values
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    RunFactory,
)

pytestmark = pytest.mark.django_db

LEAVES: list[tuple[str, dict[str, str], Value, Value]] = [
    ("per_unit", {"单价": "2"}, Decimal(3), Decimal(1)),
    ("per_unit", {"单价": "1", "周期": "季"}, {"1": Decimal(2)}, {"4": Decimal(1)}),
    ("level_sum", {"级别分": "省:8，市:4"}, {"省": Decimal(1)}, {}),
    ("checklist", {"清单": "制度:2，台账:3"}, ("制度",), ("制度", "台账")),
    ("manual", {"评委数": "2"}, (Decimal(8), Decimal("7.5")), (Decimal(9), Decimal(9))),
    ("rank", {"名次分": "1:10，其他:5"}, Decimal(7), Decimal(7)),
    ("rank", {"名次分": "1:10，其他:5", "缺失": "不计"}, Decimal(7), None),
    ("change", {"基础": "5", "每增加": "1", "增加封顶": "3"}, Decimal(9), Decimal(2)),
    ("deduct_each", {"每次扣": "2", "缺失": "计零"}, None, Decimal(1)),
]


@pytest.mark.parametrize("unit_count", [1, 2])
def test_stored_values_score_to_the_same_digest(unit_count, django_assert_num_queries):
    run = RunFactory()
    group = AssessmentGroupFactory(scheme=run.scheme)
    members = [GroupMemberFactory(group=group) for _number in range(unit_count)]
    leaves = [
        IndicatorFactory(
            scheme=run.scheme,
            code=f"A{number}",
            points=Decimal(10),
            rule_kind=kind,
            params=params,
            source=Indicator.Source.MANUAL,
        )
        for number, (kind, params, _first, _second) in enumerate(LEAVES)
    ]
    spec = SchemeSpec(
        total=Decimal(10 * len(leaves)),
        indicators=tuple(
            IndicatorSpec(
                code=leaf.code,
                name=leaf.name,
                points=leaf.points,
                rule=make_rule(leaf.rule_kind, leaf.params),
            )
            for leaf in leaves
        ),
    )
    units = [unit_of(member) for member in members]
    values = {
        (unit.key, leaf.code): row[2 + place]
        for place, unit in enumerate(units)
        for leaf, row in zip(leaves, LEAVES, strict=True)
    }
    previous = {(unit.key, "A7"): Decimal(4) for unit in units}
    results = score_units(spec, units, values, previous=previous)
    for result, member in zip(results, members, strict=True):
        score = score_row(result, member, run.pk)
        score.save()
        numbers = {leaf.code: leaf.pk for leaf in leaves}
        ScoreLine.objects.bulk_create(line_rows(result, score, numbers))

    with django_assert_num_queries(1):
        again, last_year = stored_values(run)

    found = score_units(spec, units, again, previous=last_year)
    assert digest(found) == digest(results)


def unit_of(member: GroupMember) -> UnitSpec:
    return UnitSpec(str(member.organisation_id), member.organisation.name, "组", member.kind)

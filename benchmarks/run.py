"""Fills, measures, prints."""

import argparse
import sys
import time

from benchmarks.assessment import measure_assessment
from benchmarks.ledger import measure_import
from benchmarks.register import fill_register, measure_register
from benchmarks.scoring import measure_scoring
from benchmarks.timing import measure, print_table
from benchmarks.world import NotEmptyError, fill


def run(arguments: argparse.Namespace) -> int:
    if arguments.scoring:
        print_table(measure_scoring(arguments.scoring))
        return 0
    if arguments.register:
        return run_register(arguments)
    begun = time.monotonic()
    try:
        world = fill(units=arguments.units, years=arguments.years, reports=arguments.reports)
    except NotEmptyError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"已生成：{world.words}，用时 {time.monotonic() - begun:.1f} 秒", flush=True)
    if arguments.assessment:
        print_table(measure_assessment(world, requests=arguments.requests))
        return 0
    print_table(measure(world, requests=arguments.requests))
    return 0


def run_register(arguments: argparse.Namespace) -> int:
    """The register alone: a larger one than the whole world could be filled with in minutes."""
    begun = time.monotonic()
    try:
        office = fill_register(arguments.register)
    except NotEmptyError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"已生成名册，用时 {time.monotonic() - begun:.1f} 秒", flush=True)
    print_table(
        [
            *measure_register(office, requests=arguments.requests),
            *measure_import(office, arguments.ledger),
        ]
    )
    return 0

"""Fills, measures, prints."""

import argparse
import sys
import time

from benchmarks.timing import measure, print_table
from benchmarks.world import NotEmptyError, fill


def run(arguments: argparse.Namespace) -> int:
    begun = time.monotonic()
    try:
        world = fill(units=arguments.units, years=arguments.years, reports=arguments.reports)
    except NotEmptyError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"已生成：{world.words}，用时 {time.monotonic() - begun:.1f} 秒", flush=True)
    print_table(measure(world, requests=arguments.requests))
    return 0

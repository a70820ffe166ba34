"""A year of the programme made up from a fixed seed on the real register."""

from dashboards.demo.build import build_demo
from dashboards.demo.people import ACCOUNTS
from dashboards.demo.removal import remove_demo

__all__ = ["ACCOUNTS", "build_demo", "remove_demo"]

"""Activities, news and the answers of a window as sheets."""

from activities.exports.activity import ACTIVITIES, select_activities
from activities.exports.records import ANSWERS, NEWS

__all__ = ["ACTIVITIES", "ANSWERS", "NEWS", "select_activities"]

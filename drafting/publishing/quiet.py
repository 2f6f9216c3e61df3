"""Quiet hours: by the clocks on the walls of the event, nothing is posted between two times of day. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def until(begin: time, end: time, zone: str, at: datetime) -> datetime | None:
    """When the quiet hours end in which `at` lies; None if it lies in none. They may go over midnight; two equal times
    are none.
    """
    walls = ZoneInfo(zone)
    here = at.astimezone(walls)
    for day in (here.date() - timedelta(days=1), here.date()):
        first = datetime.combine(day, begin, walls)
        last = datetime.combine(day if begin < end else day + timedelta(days=1), end, walls)
        if begin != end and first.astimezone(at.tzinfo) <= at < last.astimezone(at.tzinfo):
            return last.astimezone(at.tzinfo)
    return None

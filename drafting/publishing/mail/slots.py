"""When the next letter goes, by the clocks at the event. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

RHYTHMS = {"at_once": "at once", "daily": "once a day, at six in the evening", "weekly": "once a week, on Fridays"}
EVENING = time(18)
FRIDAY = 4


def following(rhythm: str, zone: str, at: datetime) -> datetime:
    """The first moment from `at` on when a letter of this rhythm may go."""
    if rhythm == "at_once":
        return at
    walls = ZoneInfo(zone)
    day = at.astimezone(walls).date()
    while True:
        slot = datetime.combine(day, EVENING, walls).astimezone(at.tzinfo)
        if slot >= at and (rhythm == "daily" or day.weekday() == FRIDAY):
            return slot
        day += timedelta(days=1)

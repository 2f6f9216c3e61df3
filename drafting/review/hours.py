"""The hours of a day in which something may end, in an event's own time zone. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Hours:
    """From `opens` to before `closes`, both of the same day on the clocks of `zone` (IANA name)."""

    opens: time
    closes: time
    zone: str

    def next(self, at: datetime) -> datetime:
        """`at` if it lies in these hours, otherwise when they begin next. In UTC."""
        here = at.astimezone(ZoneInfo(self.zone))
        if self.opens <= here.time() < self.closes:
            return at
        day = here.date() if here.time() < self.opens else here.date() + timedelta(days=1)
        # Through UTC and back: a time that the clocks leave out in spring is then an hour later, not one that never is.
        return datetime.combine(day, self.opens, ZoneInfo(self.zone)).astimezone(UTC)

    def frozen(self) -> dict[str, Any]:
        """For JSON."""
        return {"opens": f"{self.opens:%H:%M}", "closes": f"{self.closes:%H:%M}", "zone": self.zone}

    @classmethod
    def of(cls, frozen: Mapping[str, Any]) -> "Hours":
        return cls(time.fromisoformat(frozen["opens"]), time.fromisoformat(frozen["closes"]), frozen["zone"])

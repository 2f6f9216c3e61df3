"""Every table of every part: importing this makes `Base.metadata` whole, for migrations, tests and the app."""

from .db import Base
from .drafts import models as drafts
from .events import models as events
from .facts import FactRow
from .people import models as people
from .publishing import models as publishing
from .publishing.fediverse import models as fediverse
from .publishing.mail import models as mail
from .record import models as record
from .review import models as review
from .witnesses import models as witnesses

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "FactRow",
    "drafts",
    "events",
    "fediverse",
    "mail",
    "people",
    "publishing",
    "record",
    "review",
    "witnesses",
]

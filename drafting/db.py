"""The database: one declarative base, and sessions that either read or write.

SQLite is called from native threads only, never from a greenlet of the serving loop. A process lets one write
transaction run at a time; between processes SQLite's own lock and `BEGIN IMMEDIATE` do the same, so a transaction
never fails half-way because somebody else wrote first.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session

from .errors import Busy

BUSY_TIMEOUT_MS = 10_000
ERASE_WAIT_MS = 200  # everybody who writes waits as long
PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"
)  # fmt: skip


LOCK: dict[str, Any] = {"key_share": True}
"""How a row is locked: whoever else locks it waits, whoever only refers to it by its key does not.

Two who have referred to a row and then lock it would wait for each other.
"""


class UtcTime(sa.types.TypeDecorator[datetime]):
    """An aware datetime in UTC, whatever the database makes of time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The tables of every part; `metadata` is what the migrations are compared with."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcTime(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
        bytes: sa.LargeBinary(),
    }


def now() -> datetime:
    """The time, aware, in UTC. Domain functions take it as an argument."""
    return datetime.now(UTC)


def clock(session: Session) -> datetime:
    """The database's time: what decides whether somebody was in time, whichever machine they were served by."""
    if session.get_bind().dialect.name == "sqlite":
        return now()
    at: datetime = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return at.astimezone(UTC)


def prepare(engine: sa.Engine) -> sa.Engine:
    """Make SQLite behave: WAL, every commit on disk, zeros over what was deleted, foreign keys, and transactions that
    begin when we say so.
    """
    if engine.dialect.name != "sqlite":
        return engine

    @sa.event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine


AtOnce = Callable[[Session, Any, datetime], None]


class Database:
    """Sessions over one engine. Safe to share between threads.

    `at_once` is called for every fact recorded in a write session, inside its transaction; `written` after each
    commit.
    """

    def __init__(self, engine: sa.Engine, *, at_once: AtOnce | None = None) -> None:
        self.engine = engine
        self._writing_engine = engine.execution_options(writes=True)
        self._lock: contextlib.AbstractContextManager[Any] = (
            threading.Lock() if engine.dialect.name == "sqlite" else contextlib.nullcontext()
        )
        self._at_once = at_once
        self.written: list[Callable[[], None]] = []

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; whatever it changed is rolled back."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextlib.contextmanager
    def write(self, *, tells: bool = True) -> Iterator[Session]:
        """A session whose block is one transaction: committed at its end, undone by an exception.

        `tells` is False where nothing follows from what is written, so that nobody need be woken. Keep the block short
        (under 20 ms) and free of network, git and rendering. Not reentrant.
        """
        with self._lock, Session(self._writing_engine, expire_on_commit=False) as session, session.begin():
            session.info["at_once"] = self._at_once
            yield session
        for tell in self.written if tells else ():
            tell()

    @contextlib.contextmanager
    def write_plainly(self) -> Iterator[Any]:
        """A cursor of the driver itself, in one transaction like that of `write`; nothing follows from it.

        For what is written hundreds of times a second: there, making the statement costs five times what the disk does.
        """
        with self._lock, contextlib.closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            if self.engine.dialect.name == "sqlite":  # whose driver begins nothing by itself, see `prepare`
                cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                connection.commit()
            except BaseException as error:
                driver = self.engine.dialect.loaded_dbapi
                if isinstance(error, driver.Error) and self.engine.dialect.is_disconnect(error, connection, cursor):
                    connection.invalidate()
                    self.engine.dispose()  # the other connections are gone, too
                else:
                    connection.rollback()
                raise

    def erase(self, tables: Sequence[str]) -> None:
        """Leave nothing in the files of what was deleted from `tables` or overwritten in them.

        On SQLite that is every byte, and Busy is raised while somebody still reads what was there before. PostgreSQL
        makes the room free to be written over.
        """
        if self.engine.dialect.name != "sqlite":
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as outside:
                outside.exec_driver_sql(f"VACUUM {', '.join(tables)}")
            return
        with contextlib.closing(self.engine.raw_connection()) as plain:  # no transaction begins by itself on it
            cursor = plain.cursor()
            cursor.execute(f"PRAGMA busy_timeout={ERASE_WAIT_MS}")
            still_read = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        if still_read:
            raise Busy("Somebody still reads what was there before; it leaves the files a little later.")

    def close(self) -> None:
        self.engine.dispose()

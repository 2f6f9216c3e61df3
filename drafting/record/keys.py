"""The keys of the record: one that signs, and what remains of those before it: their public lines, with their days.

The private key's file says which key is the present one; the days lie beside it. Whatever a crash leaves, they agree.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from .alarm import RecordAlarm
from .signing import FILES, NAMESPACE, Signer, public_line, write_key

EARLY, LATE = timedelta(days=1), timedelta(days=2)
"""ssh-keygen reads a date as midnight of its own time zone, and versions before 9.1 know no other; zones are up to 14
hours away from UTC. So each key counts a day longer than it was used."""


@dataclass(frozen=True)
class Listed:
    """A public key and the days (YYYYMMDD) on which its signatures begin and cease to count."""

    key: str
    after: str | None = None
    before: str | None = None

    def line(self, principal: str) -> str:
        days = {"valid-after": self.after, "valid-before": self.before}
        purposes = b",".join((NAMESPACE, FILES)).decode()
        options = [f'namespaces="{purposes}"', *(f'{name}="{day}"' for name, day in days.items() if day)]
        return f"{principal} {','.join(options)} {self.key}"


def allowed_signers(signer: Signer, principal: str) -> str:
    """Every key whose signatures count, as git and ssh-keygen read it; the oldest first, one line each."""
    return "".join(f"{listed.line(principal)}\n" for listed in _in_use(signer))


def rotate(signer: Signer, at: datetime) -> str:
    """Sign with a new key from now on, destroy the present one and keep its public line; return the new one's.

    Every version that was released must have been written first: a commit bears the day of its release, on which the
    new key may not count yet. Killed in between, the old key goes on, as if nothing had happened.
    """
    with _alone(signer):
        *earlier, present = _in_use(signer)
        fresh, key = write_key(signer.path.parent)
        new = Listed(public_line(key), after=f"{at - EARLY:%Y%m%d}")
        _keep(signer, [*earlier, replace(present, before=f"{at + LATE:%Y%m%d}"), new])
        with open(signer.path, "r+b") as old:
            os.replace(fresh, signer.path)
            _sync(signer.path.parent)
            old.write(bytes(os.fstat(old.fileno()).st_size))
            old.flush()
            os.fsync(old.fileno())
    return new.key


def reach_back(signer: Signer, to: datetime) -> None:
    """Let the present key count from an earlier day on: where words are taken out of versions from before it was made,
    their new commits bear their old days.
    """
    with _alone(signer):
        *earlier, present = _in_use(signer)
        day = f"{to - EARLY:%Y%m%d}"
        if present.after is not None and present.after > day:
            _keep(signer, [*earlier, replace(present, after=day)])


def _in_use(signer: Signer) -> list[Listed]:
    """The retired keys, then the present one. What a rotation that was cut short wrote beforehand is left out."""
    present, kept = signer.public_key, _kept(signer)
    own = next((listed for listed in kept if listed.key == present), Listed(present))
    retired = [listed for listed in kept if listed.key != present and listed.before is not None]
    return [*retired, replace(own, before=None)]


def _kept(signer: Signer) -> list[Listed]:
    try:
        return [Listed(**each) for each in json.loads(_days(signer).read_bytes())]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError) as error:
        raise RecordAlarm(f"the list of earlier keys, {_days(signer).name}, cannot be read") from error


def _keep(signer: Signer, listed: list[Listed]) -> None:
    part = _days(signer).with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump([asdict(each) for each in listed], file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(_days(signer))
    _sync(part.parent)


def _days(signer: Signer) -> Path:
    return signer.path.with_name(f"{signer.path.name}.days")


@contextlib.contextmanager
def _alone(signer: Signer) -> Iterator[None]:
    """Two who rotate at once do it one after the other."""
    fd = os.open(signer.path.parent, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)

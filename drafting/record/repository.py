"""One event's bare repository: no work tree, no index; objects go in, then the branch moves by compare-and-swap."""

import contextlib
import os
import shutil
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import git
from git.exc import GitCommandError, GitCommandNotFound, InvalidGitRepositoryError, NoSuchPathError

from ..errors import Stale
from .alarm import RepositoryFailed
from .objects import Object, files_of, pack, taken_apart
from .places import Lock, holding, location

BRANCH = "refs/heads/main"
NOTHING = "0" * 40
CONFIG = {
    "core.repositoryformatversion": "0",
    "core.bare": "true",
    "core.fsync": "committed",  # git's default leaves objects and branch to the operating system's mood
    "core.fsyncMethod": "fsync",
    "gc.auto": "0",
    "core.logAllRefUpdates": "true",
    "core.hooksPath": "/dev/null",
}
SCATTERED = 2_000
"""Objects in files of their own from which on they are gathered: a clone opens each."""
ENVIRONMENT = {  # what the machine and its users have set up for git is not about the record
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "HOME": "/nonexistent",
    "XDG_CONFIG_HOME": "/nonexistent",
}


class Repository:
    """A record's repository, opened for one task. Not safe to share between threads: open another one, and close it."""

    def __init__(self, path: Path, lock: Lock | None = None) -> None:
        self.path = path
        self._fds = () if lock is None else (lock.fd,)
        self._repo = _opened(path)
        # Named outright, git neither looks further up for a repository nor asks who owns it.
        self._repo.git.update_environment(**ENVIRONMENT, GIT_DIR=str(self._repo.git_dir))

    def close(self) -> None:
        self._repo.close()

    def __enter__(self) -> "Repository":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def tip(self, ref: str = BRANCH) -> str | None:
        """The newest commit, or None while there is none."""
        try:
            return git.SymbolicReference.dereference_recursive(self._repo, ref)
        except ValueError:
            return None

    def read(self, object_id: str) -> Object:
        """One object, by its id (40 hex digits). Whoever must not trust the disk compares the id."""
        try:
            return self._loose(object_id) or self._asked_for(object_id)
        except (ValueError, IndexError, zlib.error) as error:
            raise RepositoryFailed(f"{object_id} is missing or broken") from error

    def _loose(self, object_id: str) -> Object | None:
        """What was written last lies in a file of its own; reading that saves a process, a fifth of a commit's time."""
        path = Path(self._repo.git_dir, "objects", object_id[:2], object_id[2:])
        try:
            packed = path.read_bytes()
        except FileNotFoundError:  # it was gathered, perhaps in this moment
            return None
        heading, _, body = zlib.decompress(packed).partition(b"\0")
        return Object(heading.split()[0].decode(), body)

    def _asked_for(self, object_id: str) -> Object:
        answer: tuple[Any, ...] = self._repo.git.get_object_data(object_id)  # says str and gives bytes
        return Object(answer[1].decode(), answer[3])

    def files_at(self, commit_id: str | None) -> dict[str, str]:
        """File names and blob ids of a commit; none before the first."""
        if commit_id is None:
            return {}
        return files_of(self.read(taken_apart(self.read(commit_id).body).tree).body)

    def ancestry(self, commit_id: str) -> list[str]:
        """Every commit up to this one, oldest first."""
        return list(reversed(self._git("rev-list", "--topo-order", commit_id, "--").split()))

    def write(self, objects: Sequence[Object]) -> None:
        """Put objects in, on disk. What is there already stays; a part that arrived before a crash harms nobody."""
        process: Any = self._repo.git.execute(
            ["git", "unpack-objects", "-q"], istream=subprocess.PIPE, as_process=True, pass_fds=self._fds
        )
        with contextlib.suppress(BrokenPipeError):  # git gave up; why is in its complaint
            process.stdin.write(pack(objects))
            process.stdin.close()
        complaint = process.stderr.read().decode(errors="replace")
        process.stdout.close()
        try:
            process.wait()
        except GitCommandError as error:
            raise RepositoryFailed(f"objects were not written: {complaint.strip()}") from error

    def move(self, new: str, *, only_from: str | None) -> None:
        """Let the branch point to `new`. Raises Stale if it does not point to `only_from` (None: it does not exist)."""
        try:
            self._git("update-ref", "-m", "released", BRANCH, new, only_from or NOTHING)
        except RepositoryFailed:
            if self.tip() != only_from:
                raise Stale("Another version was written to the public history first.", tip=self.tip()) from None
            raise

    def is_scattered(self) -> bool:
        """Whether many objects lie in files of their own; judged by one folder of 256, as git does."""
        sample = Path(self._repo.git_dir, "objects", "17")
        return sample.is_dir() and 256 * len(os.listdir(sample)) >= SCATTERED

    def gather(self) -> None:
        """Put what lies in files of its own into one pack. What was packed before stays where it is."""
        self._git("-c", "pack.threads=1", "repack", "-d", "-q")

    def bundle(self, file: Path) -> None:
        """Write everything into one file that `git clone` takes."""
        self._git("-c", "pack.threads=1", "bundle", "create", "-q", str(file), "HEAD", BRANCH)

    def _git(self, *command: str) -> str:
        try:
            return str(self._repo.git.execute(["git", *command], pass_fds=self._fds))
        except (GitCommandError, GitCommandNotFound) as error:
            raise RepositoryFailed(str(error.stderr or error).strip()) from error


def _opened(path: Path) -> git.Repo:
    """Open it, deaf to `GIT_…` variables: a hook that started us means its own repository, and GitPython reads them."""
    for name in [name for name in os.environ if name.startswith("GIT_") and not name.startswith("GIT_PYTHON_")]:
        os.environ.pop(name, None)
    try:
        return git.Repo(path, expand_vars=False)
    except (InvalidGitRepositoryError, NoSuchPathError) as error:
        raise RepositoryFailed(f"{path.name} is not a repository") from error


@contextlib.contextmanager
def writing(repo_store: Path, event_slug: str) -> Iterator[Repository]:
    """The event's repository, made if need be, for the one who may write to it now."""
    with holding(repo_store, event_slug) as lock:
        path = location(repo_store, event_slug)
        if not path.exists():
            os.rename(make(path), path)
        sweep(path, thoroughly=lock.left_behind)
        with Repository(path, lock) as repository:
            yield repository


def make(record: Path) -> Path:
    """A new, empty repository beside `record`, under another name; renaming it makes the record in one step.

    Written as git-scm.com/docs/gitrepository-layout has it: `git init` would listen to templates and to the variables
    of a git around us.
    """
    path = _fresh(record)
    shutil.rmtree(path, ignore_errors=True)
    for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (path / folder).mkdir(parents=True)
    (path / "HEAD").write_text(f"ref: {BRANCH}\n")
    with _opened(path) as repo, repo.config_writer() as config:
        for name, value in CONFIG.items():
            config.set_value(*name.split("."), value)
    return path


def sweep(path: Path, *, thoroughly: bool) -> None:
    """Remove what a killed git left, and what was being swapped. Only for who holds the record's lock: then every
    `*.lock` in it is nobody's.
    """
    for name in (_old(path), _fresh(path)):
        shutil.rmtree(name, ignore_errors=True)
    for stale in (*path.glob("*.lock"), *path.glob("refs/**/*.lock"), *path.glob("logs/**/*.lock")):
        stale.unlink(missing_ok=True)
    if thoroughly:
        left_behind = ("objects/tmp_*", "objects/??/tmp_*", "objects/pack/tmp_*", "objects/pack/.tmp-*")
        for left in (each for pattern in left_behind for each in path.glob(pattern)):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)


def _fresh(record: Path) -> Path:
    return record.with_name(f".new-{record.name}")


def _old(record: Path) -> Path:
    return record.with_name(f".old-{record.name}")


def swap_in(fresh: Path, record: Path, *, aside: Path | None) -> None:
    """Put a rebuilt repository in the place of `record`; the old one is kept at `aside`, if that is named.

    Between the two renames there is none: who is killed there leaves it to `writing` and `project` to make it again.
    """
    old = aside or _old(record)
    shutil.rmtree(old, ignore_errors=True)
    if record.exists():
        os.rename(record, old)
    os.rename(fresh, record)
    if aside is None:
        shutil.rmtree(old, ignore_errors=True)

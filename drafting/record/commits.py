"""One revision row as git objects: a pure function of parent, the parent's files, row and key."""

from dataclasses import dataclass

from . import objects
from .alarm import RecordDiffers
from .message import compose, identity
from .models import Revision
from .objects import Files, Object, Signs


@dataclass(frozen=True)
class Built:
    """What a revision adds to the record."""

    commit: Object
    added: tuple[Object, ...]
    files: dict[str, str]
    """The files as they are after it."""


def build(row: Revision, *, parent: str | None, files: Files, signer: Signs | None) -> Built:
    """The commit of `row` on top of `parent`, whose files are `files`.

    A commit that the row already keeps is used as it is, and no key is needed; else `signer` makes it.
    Raises RecordDiffers if the kept one says something else than the row, or there is neither.
    """
    text = objects.blob(row.text)
    after = {**files, f"{row.draft_slug}.md": text.id}
    tree = objects.tree(after)
    commit = _kept(row, tree.id, parent) if row.commit_object is not None else _made(row, tree.id, parent, signer)
    return Built(commit, (text, tree, commit), after)


def contradiction(row: Revision, *, parent: str | None, files: Files) -> str | None:
    """What the commit that a row keeps says otherwise than the row, as a clause; None if it says the same."""
    try:
        built = build(row, parent=parent, files=files, signer=None)
        said = objects.taken_apart(built.commit.body)
    except (RecordDiffers, ValueError, IndexError):
        return "its commit does not hold its text on top of the version before"
    assert row.released is not None
    signed = objects.unsigned(
        tree_id=said.tree, parent=parent, who=identity(row), at=int(row.released.timestamp()), message=compose(row)
    )
    return None if signed == said.unsigned else "its commit says something else about it"


def _made(row: Revision, tree_id: str, parent: str | None, signer: Signs | None) -> Object:
    if signer is None or row.released is None:
        raise RecordDiffers(f"revision {row.id} has no commit to rebuild it from")
    return objects.commit(
        tree_id=tree_id,
        parent=parent,
        who=identity(row),
        at=int(row.released.timestamp()),
        message=compose(row),
        signer=signer,
    )


def _kept(row: Revision, tree_id: str, parent: str | None) -> Object:
    assert row.commit_object is not None
    commit = Object("commit", row.commit_object)
    found = objects.taken_apart(commit.body)
    if (found.tree, found.parents) != (tree_id, (parent,) if parent else ()):
        raise RecordDiffers(f"the commit kept for revision {row.id} does not hold its text on top of the one before")
    if row.commit_id not in (None, commit.id):
        raise RecordDiffers(f"the commit kept for revision {row.id} is not the one that was published")
    return commit

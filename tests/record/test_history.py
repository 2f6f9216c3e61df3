"""What pages find, on both databases."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import InvalidRequestError

from drafting.facts import FactRow
from drafting.people.models import Person
from drafting.record import history
from drafting.record.models import Credit, Revision
from tests.record.shelf import NOON, Shelf


def test_only_published_versions_are_found(shelf: Shelf) -> None:
    for n in (1, 2, 3):
        shelf.publishes(f"Text {n}.\n")
    waiting = shelf.accepts("Not yet.\n")
    draft_id = shelf.draft("lamps")
    with shelf.database.read() as session:
        newest = history.latest(session, draft_id)
        assert newest and (newest.number, newest.text) == (3, "Text 3.\n")
        assert history.one(session, draft_id, 4) is None and history.one(session, draft_id, 2)
        assert [row.number for row in history.page_of(session, draft_id)] == [3, 2, 1]
        assert [row.number for row in history.page_of(session, draft_id, before=3, limit=1)] == [2]
        assert history.count(session, draft_id) == 3
        assert history.neighbours(session, draft_id, 3) == (2, None)
        assert history.neighbours(session, draft_id, 1) == (None, 2)
        assert [row.id for row in history.awaiting(session, draft_id)] == [waiting]
        assert history.next_number(session, draft_id) == 5
        assert [row.number for row in history.newest_of_event(session, shelf.event_id, 2)] == [3, 2]


def test_a_draft_without_versions_has_none(shelf: Shelf) -> None:
    draft_id = shelf.draft("lamps")
    with shelf.database.read() as session:
        assert history.latest(session, draft_id) is None and history.count(session, draft_id) == 0
        assert history.next_number(session, draft_id) == 1
        assert history.neighbours(session, draft_id, 1) == (None, None)


def test_lists_do_not_load_texts(shelf: Shelf) -> None:
    shelf.publishes("Long.\n")
    with shelf.database.read() as session:
        (row,) = history.page_of(session, shelf.draft("lamps"))
        with pytest.raises(InvalidRequestError):
            row.text  # noqa: B018 - reading it is the act


def test_credits_come_with_the_persons_as_they_are_now(shelf: Shelf) -> None:
    revision_id = shelf.publishes("Text.\n")
    with shelf.database.write() as session:
        ada, bob = (Person(name=n, shows_name=True, salt=n, session_key=n, created=NOON) for n in ("Ada", "Bob"))
        session.add_all([ada, bob])
        session.flush()
        for person, words in ((ada, 20), (bob, 50)):
            session.add(Credit(revision_id=revision_id, person_id=person.id, words=words, pseudonym="x"))
        ada.shows_name = False
    with shelf.database.read() as session:
        found = history.credits(session, revision_id)
        assert [(credit.words, person.public_name) for credit, person in found] == [(50, "Bob"), (20, None)]


def test_a_version_is_released_once_and_the_fact_is_recorded_once(shelf: Shelf) -> None:
    revision_id = shelf.accepts("Text.\n")
    assert shelf.releases(revision_id) and not shelf.releases(revision_id)
    with shelf.database.read() as session:
        (fact,) = session.scalars(sa.select(FactRow))
        assert (fact.kind, fact.body["revision_id"], fact.body["draft_id"]) == (
            "RevisionReleased", revision_id, shelf.draft("lamps"))  # fmt: skip


def test_a_held_version_is_not_released(shelf: Shelf) -> None:
    assert not shelf.releases(shelf.accepts("Text.\n", held=NOON))
    assert shelf.rows() == []


def test_versions_of_a_draft_become_public_in_their_order(shelf: Shelf) -> None:
    one, two = shelf.accepts("One.\n"), shelf.accepts("Two.\n")
    assert not shelf.releases(two)
    assert shelf.releases(one) and shelf.releases(two)


def test_a_version_that_was_passed_by_never_takes_back_what_followed(shelf: Shelf) -> None:
    held, two = shelf.accepts("One.\n", held=NOON), shelf.accepts("Two.\n")
    assert shelf.releases(two)
    with shelf.database.write() as session:
        session.execute(sa.update(Revision).where(Revision.id == held).values(held=None))
    assert not shelf.releases(held)


def test_releases_at_the_same_moment_get_places_of_their_own(shelf: Shelf) -> None:
    waiting = [shelf.accepts("Text.\n", draft=f"draft-{n}") for n in range(8)]
    together, done = threading.Barrier(len(waiting)), list[bool]()

    def release(revision_id: int) -> None:
        together.wait()
        done.append(shelf.releases(revision_id))

    threads = [threading.Thread(target=release, args=(each,)) for each in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [True] * 8
    assert [row.place for row in shelf.rows()] == list(range(1, 9))


def test_nothing_is_released_that_does_not_exist(shelf: Shelf) -> None:
    assert not shelf.releases(999)

"""What somebody tried who wished us ill, or had bad luck: each of these once broke something."""

import base64
import threading
import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from drafting import announcing
from drafting.db import now
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.publishing import connecting, holding
from drafting.publishing.channels.failures import Retry
from drafting.publishing.connecting import Manner
from drafting.publishing.mail import editions, subscribing, turns
from drafting.publishing.mail.models import Subscription
from drafting.publishing.mail.postman import Postman
from drafting.publishing.mail.subscribing import MOST_CARDS, Wish
from drafting.publishing.mail.turns import Turn
from drafting.publishing.mail.writing import Desk as Writing
from drafting.publishing.mail.writing import Written, write
from tests.mail.desk import BASE, Desk, own_page, words

MAYA, BOB = "maya@example.org", "bob@example.org"
DAY = timedelta(days=1)
PAYLOAD = base64.b64encode(b"Win\r\nX-Evil: yes\r\n\r\nPay here: http://evil.example").decode()
LONG = "Every dog has to wear a hat on the bridge in winter."


def claimed(desk: Desk) -> Turn:
    with desk.world.services.database.write() as session:
        (turn,) = turns.claim(session, now())
    return turn


def written(desk: Desk, turn: Turn) -> Written:
    services = desk.world.services
    writing = Writing(services.vault, BASE, "drafts@example.org", announcing.title)
    with services.database.read() as session:
        letter = write(session, writing, session.get_one(Subscription, turn.subscription_id))
    assert letter is not None
    return letter


@pytest.mark.parametrize("title", [f"=?utf-8?b?{PAYLOAD}?=", "=?utf-8?q?a=0D=0AX?=", "River =?", "A\u2028B"])
def test_no_title_makes_headers_or_stops_letters(desk: Desk, title: str) -> None:
    other = desk.world.draft(desk.event, title, slug="evil")
    desk.has_reader(MAYA)
    desk.asks("eve@example.org", about="evil")
    desk.publishes(LONG, other)
    desk.sends()
    (letter,) = desk.news(MAYA)
    assert letter["X-Evil"] is None and letter["List-Unsubscribe"] is not None
    assert "evil" in words(letter) and words(letter).strip().endswith("Sent by River office, Town Hall.")
    assert len(desk.letters("eve@example.org")) == 1


def test_one_letter_that_cannot_be_written_stops_no_other(desk: Desk) -> None:
    desk.has_reader(BOB)
    desk.has_reader(MAYA)
    with desk.world.services.database.write() as session:
        session.scalars(sa.select(Subscription).order_by(Subscription.id)).first().sealed = b"x"  # type: ignore[union-attr]
    desk.publishes(LONG)
    desk.sends()
    assert len(desk.news(MAYA)) == 1
    assert "our side" in desk.subscriptions()[0].last_error


def test_where_letters_are_ended_is_readable_on_the_wire(desk: Desk) -> None:
    desk.has_reader(MAYA)
    desk.publishes(LONG)
    head = written(desk, claimed(desk)).body.partition(b"\r\n\r\n")[0]
    assert f"\r\nList-Unsubscribe: <{BASE}/e/river/-/letters/".encode() in head and b"=?" not in head


def test_that_a_version_was_taken_back_is_told(desk: Desk) -> None:
    """SQLite would give the number of a deleted edition away again."""
    desk.has_reader(MAYA)
    desk.publishes(LONG)
    desk.sends()
    editor = desk.world.signed_in(desk.ada)
    editor.opens("/e/river/-/withdraw/charter")
    editor.presses("Take version 1 back", reason="It was wrong.")
    desk.world.worker_follows()
    desk.world.worker_posts()
    desk.sends()
    assert "takes back version 1" in desk.news(MAYA)[-1]["Subject"]


def test_asking_again_and_again_fills_no_mailbox(desk: Desk) -> None:
    services = desk.world.services
    for _ in range(3 * MOST_CARDS):
        with services.database.write() as session:
            wish = Wish(desk.event.id, None, "daily")
            subscribing.ask(session, services.vault, services.mint, wish, MAYA, now())
        desk.sends()
        desk.time_passes(timedelta(minutes=10))
    assert len(desk.office.got) == MOST_CARDS
    desk.time_passes(2 * DAY)
    desk.sends()
    assert desk.subscriptions() == []


def test_a_room_of_people_can_ask_from_one_address(desk: Desk) -> None:
    assert {desk.asks(f"reader{number}@example.org").status for number in range(25)} == {200}


def test_readers_of_one_text_are_told_of_a_little_change_of_it_and_of_nothing_else(desk: Desk) -> None:
    other = desk.world.draft(desk.event, "Minutes", slug="minutes")
    desk.publishes(LONG)
    desk.has_reader(MAYA, about="charter")
    desk.has_reader(BOB, about="minutes")
    desk.publishes("Tiny.")
    desk.publishes("The minutes, with many more words than anybody would ever read aloud.", other)
    desk.sends()
    assert "charter/2" in words(desk.news(MAYA)[0]) and "minutes" not in words(desk.news(MAYA)[0])
    assert "charter" not in words(desk.news(BOB)[0]).lower()
    with pytest.raises(Exception, match="each reader chooses"), desk.world.services.database.write() as session:
        connecting.change(session, desk.event.id, desk.channel_id, Manner(rule="digest"))


@pytest.mark.parametrize("what", ["taken back", "held", "hidden", "paused"])
def test_what_must_not_go_any_more_goes_to_nobody_after_the_first(desk: Desk, what: str) -> None:
    desk.has_readers([f"reader{number}@example.org" for number in range(8)])
    desk.publishes(LONG)
    services = desk.world.services

    def step(name: str) -> None:
        if name != "noted" or len(desk.office.got) != 1:
            return
        with services.database.write() as session:
            if what == "taken back":
                subscribing.take_back(session, desk.draft.id, [1])
            elif what == "hidden":
                session.get_one(Draft, desk.draft.id).hidden = now()
            elif what == "paused":
                connecting.pause(session, desk.event.id, desk.channel_id, now())
            else:
                holding.declare(session, desk.event.id, holding.Days(None, None), because="x", by=None, at=now())

    postman = Postman(
        services.database, services.vault, services.settings.mail, BASE, title=announcing.title, step=step, at_once=1
    )
    postman.send_due(now())
    postman.wait()
    assert len(desk.office.got) == 1


def test_a_card_that_is_asked_for_while_news_go_is_sent_next(desk: Desk) -> None:
    desk.has_reader(MAYA)
    desk.time_passes(timedelta(minutes=20))
    desk.publishes(LONG)
    services = desk.world.services

    def step(name: str) -> None:
        if name == "handing" and len(desk.office.got) == 1:
            with services.database.write() as session:
                wish = Wish(desk.event.id, None, "daily")
                subscribing.ask(session, services.vault, services.mint, wish, MAYA, now())

    postman = Postman(
        services.database, services.vault, services.settings.mail, BASE, title=announcing.title, step=step
    )
    postman.send_due(now())
    postman.wait()
    desk.sends()
    assert [one["Subject"].partition(":")[0] for one in desk.letters(MAYA)][1:] == [
        "Charter",
        "Your letters about A river for everyone",
    ]


def test_what_waits_goes_when_a_text_is_shown_again(desk: Desk) -> None:
    desk.has_reader(MAYA)
    desk.publishes(LONG)
    for hidden in (now(), None):
        with desk.world.services.database.write() as session:
            session.get_one(Draft, desk.draft.id).hidden = hidden
        desk.sends()
        desk.time_passes(DAY)
    desk.sends()
    assert len(desk.news(MAYA)) == 1


def test_titles_of_what_is_hidden_are_in_no_card_and_on_no_page(desk: Desk) -> None:
    reader = desk.has_reader(MAYA, about="charter")
    with desk.world.services.database.write() as session:
        session.get_one(Draft, desk.draft.id).hidden = now()
    assert "Charter" not in reader.opens(own_page(desk.letters(MAYA)[0])).text
    with desk.world.services.database.write() as session:
        services = desk.world.services
        subscribing.ask(session, services.vault, services.mint, Wish(desk.event.id, None, "daily"), BOB, now())
        session.get_one(Event, desk.event.id).hidden = now()
    desk.sends()
    assert desk.letters(BOB) == []


def test_a_page_that_opens_somebodys_letters_is_kept_on_no_disk(desk: Desk) -> None:
    desk.has_reader(MAYA)
    own = own_page(desk.letters(MAYA)[0])
    for page in (own, own + "/stop"):
        assert desk.world.app.test_client().get(page).headers["Cache-Control"] == "no-store"


def test_quiet_hours_hold_for_another_try(desk: Desk) -> None:
    zone = ZoneInfo("Europe/Berlin")
    late = datetime(2026, 6, 1, 21, 59, 30, tzinfo=zone).astimezone(UTC)
    database = desk.world.services.database
    with database.write() as session:
        manner = Manner(quiet_from=clock(22), quiet_until=clock(7))
        connecting.change(session, desk.event.id, desk.channel_id, manner)
    desk.has_reader(MAYA)
    desk.publishes(LONG)
    with database.write() as session:
        session.execute(sa.update(Subscription).values(due=late))
    with database.write() as session:
        (turn,) = turns.claim(session, late)
        turns.give_up(session, turn, Retry("busy"), late)
    due = desk.subscriptions()[0].due
    assert due is not None and due.astimezone(zone).hour == 7


def test_an_edition_said_while_a_letter_is_noted_is_not_forgotten(any_desk: Desk) -> None:
    any_desk.has_reader(MAYA)
    any_desk.publishes(LONG)
    turn = claimed(any_desk)
    letter, database = written(any_desk, turn), any_desk.world.services.database
    item = editions.Item(headline="Charter: version 2 published", url="https://x/2", commit="c" * 40)

    def note() -> None:
        with database.write() as session:
            turns.note(session, turn, letter, now())

    thread = threading.Thread(target=note)
    with database.write() as saying:
        about = editions.About(any_desk.event.id, any_desk.draft.id, 2)
        editions.say(saying, key="k2", about=about, item=item, at=now())
        thread.start()
        time.sleep(0.5)
    thread.join()
    (row,) = any_desk.subscriptions()
    assert row.due is not None and row.told == letter.newest < any_desk.editions()[-1].id


def test_two_who_ask_for_one_address_at_once_are_one_reader(any_desk: Desk) -> None:
    services, failures = any_desk.world.services, []

    def ask() -> None:
        try:
            with services.database.write() as session:
                wish = Wish(any_desk.event.id, None, "at_once")
                subscribing.ask(session, services.vault, services.mint, wish, MAYA, now())
                session.flush()
                time.sleep(0.3)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and len(any_desk.subscriptions()) == 1


def test_disconnecting_while_somebody_asks_leaves_no_address(any_desk: Desk) -> None:
    services = any_desk.world.services

    def disconnect() -> None:
        with services.database.write() as session:
            connecting.remove(session, any_desk.event.id, any_desk.channel_id, now())

    thread = threading.Thread(target=disconnect)
    with services.database.write() as session:
        subscribing.ask(session, services.vault, services.mint, Wish(any_desk.event.id, None, "daily"), MAYA, now())
        session.flush()
        thread.start()
        time.sleep(0.5)
    thread.join()
    assert any_desk.subscriptions() == []


def test_very_many_untold_versions_make_a_letter_of_a_bearable_length(desk: Desk) -> None:
    desk.has_reader(MAYA, rhythm="weekly")
    item = editions.Item(headline="Charter: version 2 published", url="https://x/2", commit="c" * 40)
    with desk.world.services.database.write() as session:
        for number in range(500):
            about = editions.About(desk.event.id, desk.draft.id, number + 2)
            editions.say(session, key=f"k{number}", about=about, item=item, at=now())
    desk.time_passes(8 * DAY)
    desk.sends()
    (letter,) = desk.news(MAYA)
    assert "500 new versions" in letter["Subject"] and "And 460 more." in words(letter)
    assert len(words(letter)) < 10_000

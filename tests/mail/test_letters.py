"""From asking for letters to the last one, with a real mail server and the product's pages."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.db import now
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.publishing import connecting, holding
from drafting.publishing.mail import subscribing
from drafting.publishing.mail.subscribing import MOST_CARDS, UNCONFIRMED
from drafting.web.services import NAME
from tests.mail.desk import BASE, Desk, html, own_page, settings_of, words
from tests.web.world import World

MAYA = "maya@example.org"
TEN = timedelta(minutes=10)


def test_whoever_asks_and_confirms_gets_one_letter_for_each_version(desk: Desk) -> None:
    page = desk.asks(MAYA)
    assert "Look into your mailbox" in page.text and MAYA in page.text
    desk.sends()
    (card,) = desk.letters(MAYA)
    assert card["Subject"] == "Please confirm: letters about A river for everyone"
    desk.publishes("Too early for somebody who has not confirmed.")
    desk.sends()
    assert desk.news(MAYA) == []

    reader = desk.world.visitor()
    assert "To m…@example.org , at once." in reader.opens(own_page(card)).text
    assert "Confirmed." in reader.presses("Yes, write to me").text
    desk.publishes("Plant six trees along the path before the winter comes to the valley.")
    desk.sends()
    desk.sends()
    (letter,) = desk.news(MAYA)
    assert letter["Subject"] == "Charter: version 2 published"
    for said in ("Common text.", "has not agreed", "Plant six trees", f"{BASE}/e/river/charter/2", "Sent by River"):
        assert said in words(letter), said
        assert said in html(letter), said
    assert letter["List-Unsubscribe"] == f"<{BASE}{own_page(letter)}/stop>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated" and letter["Content-Language"] == "en"
    assert letter["Reply-To"] == "office@example.org" and letter["List-Id"] == "<river.letters.drafts.example.org>"
    assert re.fullmatch(r"<[0-9a-f]{32}@drafts\.example\.org>", letter["Message-ID"])
    assert "<img" not in html(letter) and "http" not in html(letter).replace(BASE, "")


def test_one_press_in_the_mail_program_ends_the_letters_and_forgets_the_address(desk: Desk) -> None:
    desk.has_reader(MAYA)
    desk.publishes("Something new for the readers of letters.")
    desk.sends()
    stop = own_page(desk.news(MAYA)[0]) + "/stop"
    program = desk.world.app.test_client()
    assert program.get(stop).status_code == 200 and len(desk.subscriptions()) == 1, "looking ends nothing"
    for _ in range(2):
        answer = program.post(stop, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert desk.subscriptions() == []
    desk.publishes("Nobody reads this one.")
    desk.sends()
    assert len(desk.news(MAYA)) == 1


def test_letters_about_a_hidden_event_can_still_be_ended(desk: Desk) -> None:
    desk.has_reader(MAYA)
    stop = own_page(desk.letters(MAYA)[0]) + "/stop"
    with desk.world.services.database.write() as session:
        session.get_one(Event, desk.event.id).hidden = now()
    page = desk.world.app.test_client().post(stop)
    assert page.status_code == 200 and "A river for everyone" not in page.text
    assert desk.subscriptions() == []


def test_the_page_changes_how_often_and_ends_it(desk: Desk) -> None:
    reader = desk.has_reader(MAYA)
    page = reader.opens(own_page(desk.letters(MAYA)[0]))
    assert "About A river for everyone , to m…@example.org ." in page.text
    assert "Changed." in reader.presses("Keep it so", rhythm="weekly").text
    assert desk.subscriptions()[0].rhythm == "weekly"
    assert "No more letters" in reader.presses("Stop the letters").text
    assert desk.subscriptions() == []
    assert reader.opens(own_page(desk.letters(MAYA)[0])).status == 404


def test_several_versions_come_in_one_letter_in_the_evening(desk: Desk) -> None:
    desk.has_reader(MAYA, rhythm="daily")
    other = desk.world.draft(desk.event, "Minutes of the day", slug="minutes")
    desk.publishes("Plant six trees along the path before the winter.")
    desk.publishes("Nobody may park on the meadow between May and October.")
    desk.publishes("The minutes are kept by turns.", other)
    desk.sends()
    assert desk.news(MAYA) == []
    due = desk.subscriptions()[0].due
    assert due is not None and due.hour in (16, 17) and due.minute == 0, "six in the evening in Berlin"
    desk.time_passes(timedelta(days=1))
    desk.sends()
    (letter,) = desk.news(MAYA)
    assert letter["Subject"] == "A river for everyone: Three new versions"
    places = [words(letter).index(f"{BASE}/e/river/{at}") for at in ("charter/1", "charter/2", "minutes/1")]
    assert places == sorted(places)
    desk.time_passes(timedelta(days=1))
    desk.sends()
    assert len(desk.news(MAYA)) == 1, "nothing new, no letter"


def test_letters_about_one_text_say_nothing_of_another(desk: Desk) -> None:
    other = desk.world.draft(desk.event, "Minutes", slug="minutes")
    desk.has_reader(MAYA, about="charter")
    desk.publishes("Of the minutes.", other)
    desk.publishes("Of the charter.")
    desk.sends()
    (letter,) = desk.news(MAYA)
    assert "charter/1" in words(letter) and "minutes" not in words(letter)
    assert letter["References"].endswith(".river.letters.drafts.example.org>")


def test_asking_again_tells_nobody_who_gets_letters(desk: Desk) -> None:
    desk.has_reader(MAYA)
    first = desk.asks("somebody@example.org")
    again = desk.asks(MAYA)
    assert first.text.replace("somebody@", "") == again.text.replace("maya@", "")
    desk.sends()
    assert len(desk.letters(MAYA)) == 1, "not so soon after the last"
    desk.time_passes(TEN)
    desk.asks(MAYA)
    desk.sends()
    reminder = desk.letters(MAYA)[-1]
    assert reminder["Subject"] == "Your letters about A river for everyone"
    assert own_page(reminder) == own_page(desk.letters(MAYA)[0])


def test_a_stranger_cannot_fill_a_mailbox(desk: Desk) -> None:
    for number in range(MOST_CARDS + 3):
        desk.world.draft(desk.event, f"Text {number}", slug=f"text-{number}")
        with desk.world.services.database.write() as session:
            services = desk.world.services
            draft = session.scalars(sa.select(Draft).where(Draft.slug == f"text-{number}")).one()
            wish = subscribing.Wish(desk.event.id, draft.id, "daily")
            subscribing.ask(session, services.vault, services.mint, wish, MAYA.upper(), now())
    desk.sends()
    assert len(desk.office.got) == MOST_CARDS


def test_who_never_asked_says_so_once_and_is_never_written_to_again(desk: Desk) -> None:
    desk.asks(MAYA)
    desk.sends()
    reader = desk.world.visitor()
    reader.opens(own_page(desk.letters(MAYA)[0]))
    assert "nobody can ask for it" in reader.presses("Never write to this address").text
    desk.time_passes(TEN)
    assert "Look into your mailbox" in desk.asks(MAYA).text
    desk.sends()
    assert len(desk.letters(MAYA)) == 1


def test_what_nobody_confirms_is_forgotten(desk: Desk) -> None:
    desk.asks(MAYA)
    desk.sends()
    desk.time_passes(UNCONFIRMED)
    desk.sends()
    assert desk.subscriptions() == []


def test_the_address_stands_nowhere_in_the_database(desk: Desk, tmp_path: Path) -> None:
    desk.has_reader(MAYA)
    desk.publishes("Something to write about.")
    desk.sends()
    token = own_page(desk.letters(MAYA)[0]).rpartition("/")[2]
    for file in (tmp_path / "data").glob("drafting.db*"):
        assert b"maya" not in file.read_bytes() and token.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    "typed", ["", "maya", "maya@", "@example.org", "a@b@example.org", "maya@example.org\r\nBcc: all@example.org",
              "x" * 300 + "@example.org", "maya@localhost", "maÿa@example.org", "maya@exa mple.org"],
    ids=["empty", "name", "no-host", "no-name", "two", "header", "long", "local", "letters", "space"],
)  # fmt: skip
def test_what_is_no_address_is_refused_at_the_field(desk: Desk, typed: str) -> None:
    page = desk.asks(typed)
    assert page.status == 422 and "Something needs another look" in page.text
    assert desk.subscriptions() == []


@pytest.mark.parametrize("said", [{"about": "nowhere"}, {"rhythm": "hourly"}], ids=["text", "rhythm"])
def test_what_cannot_be_chosen_is_refused(desk: Desk, said: dict[str, str]) -> None:
    reader = desk.world.visitor()
    form = next(form for form in reader.opens("/e/river/-/letters").forms if "Go on" in form.buttons)
    answer = reader.posts("/e/river/-/letters", **{**form.fields, "address": MAYA, "rhythm": "daily", **said})
    assert answer.status == 422 and desk.subscriptions() == []


@pytest.mark.parametrize("token", ["x", "x" * 43, "-" * 500, "%00"])
def test_a_wrong_token_opens_nothing(desk: Desk, token: str) -> None:
    reader = desk.world.app.test_client()
    assert reader.get(f"/e/river/-/letters/{token}").status_code == 404
    assert reader.post(f"/e/river/-/letters/{token}/stop").status_code == 200
    assert reader.post(f"/e/river/-/letters/{token}/confirm").status_code == 400, "no form token"


def test_what_is_taken_back_or_hidden_is_in_no_letter(desk: Desk) -> None:
    desk.has_reader(MAYA, rhythm="daily")
    desk.publishes("Every dog has to wear a hat on the bridge.")
    desk.publishes("No dog has to wear anything at all on the bridge.")
    with desk.world.services.database.write() as session:
        subscribing.take_back(session, desk.draft.id, [1])
    desk.time_passes(timedelta(days=1))
    desk.sends()
    (letter,) = desk.news(MAYA)
    assert "charter/2" in words(letter) and "charter/1" not in words(letter)

    desk.publishes("Then it is hidden, for some words in it are about somebody.")
    with desk.world.services.database.write() as session:
        session.get_one(Draft, desk.draft.id).hidden = now()
    desk.time_passes(timedelta(days=1))
    desk.sends()
    assert len(desk.news(MAYA)) == 1
    with desk.world.services.database.write() as session:
        session.get_one(Draft, desk.draft.id).hidden = None
    desk.publishes("And it is shown again, after everybody has agreed to that.")
    desk.time_passes(timedelta(days=1))
    desk.sends()
    assert "charter/3" in words(desk.news(MAYA)[-1]) and "charter/4" in words(desk.news(MAYA)[-1])


def test_held_and_paused_letters_wait_but_not_the_ones_that_confirm(desk: Desk) -> None:
    desk.has_reader(MAYA)
    database = desk.world.services.database
    desk.publishes("Before the hold.")
    with database.write() as session:
        holding.declare(session, desk.event.id, holding.Days(None, None), because="An election", by=None, at=now())
    desk.asks("late@example.org")
    desk.sends()
    assert desk.news(MAYA) == [] and len(desk.letters("late@example.org")) == 1
    with database.write() as session:
        holding.lift(session, desk.event.id, now())
        connecting.pause(session, desk.event.id, desk.channel_id, now())
    desk.sends()
    assert desk.news(MAYA) == []
    with database.write() as session:
        connecting.resume(session, desk.event.id, desk.channel_id)
    desk.sends()
    assert len(desk.news(MAYA)) == 1


def test_disconnecting_forgets_every_address(desk: Desk) -> None:
    desk.has_reader(MAYA)
    desk.publishes("Something.")
    with desk.world.services.database.write() as session:
        connecting.remove(session, desk.event.id, desk.channel_id, now())
    assert desk.subscriptions() == [] and desk.editions() == []
    assert desk.world.visitor().opens("/e/river/-/letters").status == 404


def test_who_runs_the_event_connects_it_in_the_browser_and_sees_how_far_letters_are(desk: Desk, tmp_path: Path) -> None:
    fay = desk.world.signed_in(desk.world.member(desk.event, "facilitator", "Fay"))
    page = fay.opens("/e/river/-/channels")
    assert "/e/river/-/channels/new/mail" not in page.links.values(), "it is there once"
    assert "Who sends the letters" in fay.opens("/e/river/-/channels/new/mail").title
    token = fay.page.forms[-1].fields["csrf_token"]
    again = fay.posts("/e/river/-/channels/new/mail", sender="Somebody else", answers="", csrf_token=token)
    assert again.status == 409 and "E-mail is connected already." in again.text and "Somebody else" in again.source
    fay.opens("/e/river/-/channels")
    fay.presses("Disconnect E-mail")
    fay.opens("/e/river/-/channels/new/mail")
    wrong = fay.presses("Connect", sender="", answers="nobody")
    assert wrong.status == 422
    assert "E-mail is connected." in fay.presses("Connect", sender="The river office", answers="").text
    fay.opens(next(link for link in fay.page.links.values() if link.endswith("/again")))
    assert 'value="The river office"' in fay.page.source
    assert "It is kept." in fay.presses("Keep", sender="The office of the river", answers="river@example.org").text
    assert "1 reader" not in fay.opens("/e/river/-/channels").text
    desk.has_reader(MAYA)
    desk.has_reader("noor@example.org")
    assert "Sent by The office of the river." in words(desk.letters(MAYA)[0])
    assert desk.letters(MAYA)[0]["Reply-To"] == "river@example.org"
    desk.publishes("Something to tell.")
    assert "2 readers" in fay.opens("/e/river/-/channels").text
    assert "2 of 2 letters still to go." in fay.page.text
    desk.sends()
    assert "All 2 letters are out." in fay.opens("/e/river/-/channels").text
    assert "Disconnect E-mail and delete 2 addresses" in fay.page.source.replace("<bdi>", "").replace("</bdi>", "")
    assert "Get letters" in fay.opens("/e/river/-/follow").links


def test_without_a_mail_server_nothing_is_offered_and_it_is_said_why(tmp_path: Path) -> None:
    world = World(settings_of(tmp_path, None))
    event = world.event()
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    assert "This installation has no mail server yet." in fay.opens("/e/river/-/channels").text
    fay.opens("/e/river/-/channels/new/mail")
    assert "no mail server yet" in fay.presses("Connect", sender="The office").text
    assert "Get letters" not in fay.opens("/e/river/-/follow").links
    assert fay.opens("/e/river/-/letters").status == 404
    assert world.app.extensions[NAME].settings.mail is None

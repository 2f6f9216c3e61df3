"""A facilitator closes the event; everybody can see it, and nothing breaks when the live texts are gone."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from drafting.db import now
from drafting.drafts import ending
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people import signing_in
from drafting.people.models import Person
from tests.web.visitor import Visitor
from tests.web.world import World

TEXT = "The path is dark.\n"
DAYS = timedelta(days=1)


@pytest.fixture
def minutes(world: World, event: Event, bob: Person) -> Draft:
    draft = world.draft(event, "Minutes", slug="minutes")
    world.publishes(bob, draft, TEXT, "First.")
    return draft


def closed_since(world: World, days: int) -> None:
    """As if it had been closed so long ago."""
    with world.services.database.write() as session:
        session.execute(sa.update(Event).values(state="closed", closed=now() - days * DAYS))


def gone(world: World) -> None:
    closed_since(world, 31)
    assert ending.end_journals(world.services.database, now(), 30 * DAYS) > 0


def test_closing_says_what_follows_and_every_page_says_that_it_is_closed(
    world: World, fay: Visitor, bob: Person, minutes: Draft
) -> None:
    fay.opens("/e/river/-/settings")
    page = fay.follows("Close the event …")
    for words in ("Nobody can write", "30 days later", "removed for good", "open the event again"):
        assert words in page.text
    page = fay.presses("Close the event")
    assert "The event is closed" in page.text and "They are removed on" in page.text
    writer = world.signed_in(bob)
    for path in ("", "/minutes", "/minutes/history", "/minutes/1", "/minutes/live", "/-/put-forward/minutes"):
        page = writer.opens("/e/river" + path)
        assert page.status == 200 and " closed " in page.text, path
    page = writer.opens("/e/river/minutes/live")
    assert '"mayWrite": false' in page.source
    page = writer.opens("/e/river/-/write/minutes")
    page = writer.posts(page.path, csrf_token=token(writer), text=TEXT + "More.\n")
    assert page.status == 403 and "More." in page.source
    assert world.signed_in(world.member(_event(world), "editor")).opens("/e/river/-/new-draft").status == 403
    assert fay.posts("/e/river/-/close", csrf_token=token(fay)).status == 409


def test_it_can_be_undone(world: World, fay: Visitor, bob: Person, minutes: Draft) -> None:
    fay.opens("/e/river/-/close")
    fay.presses("Close the event")
    page = fay.presses("Open the event again")
    assert "The event is open again." in page.text
    assert '"mayWrite": true' in world.signed_in(bob).opens("/e/river/minutes/live").source


def test_the_team_is_warned_a_week_before_and_reads_why_they_are_kept(
    world: World, fay: Visitor, bob: Person, minutes: Draft, reader: Visitor
) -> None:
    writer = world.signed_in(bob)
    closed_since(world, 5)
    assert "The live texts are removed on" in writer.opens("/e/river").text
    assert 'class="notice warn"' not in writer.page.source
    closed_since(world, 24)
    assert 'class="notice warn"' in writer.opens("/e/river").source
    assert "Whoever runs the event can keep them longer." in writer.page.text
    assert "live texts are removed" not in reader.opens("/e/river").text
    fay.opens("/e/river/-/close")
    page = fay.presses("Keep them", because=" ")
    assert page.status == 422 and "Please say why" in page.text
    page = fay.presses("Keep them", because="x" * 500)
    assert page.status == 422 and "at most 300" in page.text
    page = fay.presses("Keep them", because="The council asked <b>who</b>.")
    assert "because: The council asked <b>who</b>." in page.text
    assert "The council asked" in writer.opens("/e/river").text
    assert "The council asked" not in reader.opens("/e/river").text
    assert "They are removed on" in fay.presses("Take the reason back").text


def test_only_who_runs_the_event_closes_it_and_only_by_a_form_of_ours(world: World, fay: Visitor, bob: Person) -> None:
    writer = world.signed_in(bob)
    for path in ("close", "reopen", "keep-live-texts", "let-live-texts-go"):
        fay.opens("/e/river/-/close")
        assert fay.posts(f"/e/river/-/{path}").status == 400, path
        writer.opens("/e/river")
        assert writer.posts(f"/e/river/-/{path}", csrf_token=token(writer)).status == 403, path
        assert world.visitor().opens("/e/river/-/close").status == 401
    fay.opens("/e/river/-/close")
    assert fay.posts("/e/river/-/reopen", csrf_token=token(fay)).status == 409
    assert fay.posts("/e/river/-/keep-live-texts", csrf_token=token(fay), because="x").status == 409


def test_where_the_live_text_was_it_says_since_when_it_is_gone(
    world: World, fay: Visitor, bob: Person, minutes: Draft, reader: Visitor
) -> None:
    world.draft(_event(world), "Letter", slug="letter")
    gone(world)
    writer = world.signed_in(bob)
    for path in ("minutes/live", "-/write/minutes", "-/put-forward/minutes"):
        page = writer.opens("/e/river/" + path)
        assert page.status == 410, path
        assert "The live text was removed" in page.text and page.links["Read version 1"] == "/e/river/minutes"
    assert "No version of this text was published." in writer.opens("/e/river/letter/live").text
    assert writer.posts("/e/river/-/put-forward/minutes", csrf_token=token(writer), summary="x").status == 410
    assert writer.posts("/e/river/-/write/minutes", csrf_token=token(writer), text="x").status == 410
    for path in ("", "/minutes", "/minutes/1", "/minutes/1.md", "/minutes/history", "/feed.atom", "/minutes/feed.atom"):
        assert reader.opens("/e/river" + path).status == 200, path
    assert reader.opens("/e/river/minutes/live").status == 401
    assert TEXT.strip() in reader.opens("/e/river/minutes").text
    page = fay.opens("/e/river/-/close")
    assert "it cannot be opened again" in page.text
    assert fay.posts("/e/river/-/reopen", csrf_token=token(fay)).status == 409


def test_programs_are_told_the_same(world: World, bob: Person, minutes: Draft) -> None:
    gone(world)
    with world.services.database.write() as session:
        mint, event_id = world.services.mint, minutes.event_id
        key = signing_in.issue_token(session, mint, person_id=bob.id, event_id=event_id, at=now())
    answer = world.app.test_client().post(
        "/api/v1/events/river/drafts/minutes/proposals",
        json={"summary": "x"}, headers={"Authorization": f"Bearer {key}"},
    )  # fmt: skip
    assert answer.status_code == 410 and "removed" in answer.json["detail"]


def token(visitor: Visitor) -> str:
    return next(form.fields["csrf_token"] for form in visitor.page.forms if "csrf_token" in form.fields)


def _event(world: World) -> Event:
    with world.services.database.read() as session:
        return session.scalars(sa.select(Event)).one()


def test_the_plain_form_of_a_closed_text_shows_it_and_offers_no_saving(
    world: World, fay: Visitor, bob: Person, minutes: Draft
) -> None:
    world.draft(_event(world), "Empty", slug="empty")
    writer = world.signed_in(bob)
    assert "Press Save often" in writer.opens("/e/river/-/write/minutes").text
    closed_since(world, 1)
    page = writer.opens("/e/river/-/write/minutes")
    assert "This text is closed" in page.text and "often" not in page.text
    assert not any("Save" in form.buttons for form in page.forms)
    assert any(form.fields.get("text") == TEXT for form in page.forms)
    said = writer.opens("/e/river").text
    assert "Nothing was published." in said and "Being written" not in said
    assert ", closed, not published" in writer.opens("/e/river/minutes/live").text

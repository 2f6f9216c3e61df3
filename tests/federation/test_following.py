"""Somebody on another server finds a text, follows it, and reads what it says: from the first post to the last."""

import pytest
import sqlalchemy as sa

from drafting.db import now
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.publishing.fediverse.models import Note
from tests.federation.neighbour import Neighbour, hangs_up, next_door, status
from tests.federation.town import Town
from tests.publishing.newsroom import announcement

FIRST = "# Charter\n\nEvery speaker has three minutes.\n"
SECOND = FIRST + "\nNobody speaks twice before everyone has spoken once, and the chair keeps the time for all.\n"


def test_an_event_and_its_texts_are_found_by_their_handles(town: Town) -> None:
    host = town.base.partition("://")[2]
    for name, actor in (("river", town.river), ("river.charter", town.text)):
        found = town.asks(f"/.well-known/webfinger?resource=acct:{name}@{host}")
        assert found.headers["content-type"].startswith("application/jrd+json")
        assert found.headers["access-control-allow-origin"] == "*"
        (link,) = [link for link in found.json()["links"] if link["rel"] == "self"]
        assert link["href"] == actor
        told = town.reads(actor)
        assert (told["type"], told["preferredUsername"]) == ("Service", name)
        assert told["endpoints"]["sharedInbox"] == f"{town.base}/-/inbox"
        for part in ("outbox", "followers", "featured"):
            assert town.reads(told[part])["id"] == told[part]
    assert (
        town.asks(f"/.well-known/webfinger?resource={town.base}/e/river/charter").json()["links"][1]["href"]
        == town.text
    )


@pytest.mark.parametrize(
    "asked",
    [
        "", "acct:", "acct:@", "acct:river@elsewhere.example", "acct:nothing@{host}", "acct:river.nothing@{host}",
        "acct:river.charter.more@{host}", "https://elsewhere.example/e/river", "acct:" + "x" * 3000, "acct:%00@{host}",
        "{base}/e/river/-/actor/other.charter",
    ],
)  # fmt: skip
def test_what_is_not_here_is_not_found(town: Town, asked: str) -> None:
    host = town.base.partition("://")[2]
    asked = asked.replace("{host}", host).replace("{base}", town.base)
    assert town.asks(f"/.well-known/webfinger?resource={asked}").status_code == 404


def test_browsers_are_led_from_an_actor_to_its_page(town: Town) -> None:
    answer = town.asks(town.text, accept="text/html,application/xhtml+xml")
    assert (answer.status_code, answer.headers["location"]) == (303, "/e/river/charter")


def test_what_an_event_says_that_is_not_listed_is_shown_to_followers_and_in_no_public_timeline(
    town: Town, neighbour: Neighbour
) -> None:
    with town.world.services.database.write() as session:
        session.scalars(sa.select(Event)).one().visibility = "unlisted"
    neighbour.follows(town.text)
    town.publishes(FIRST)
    town.carries()
    note = neighbour.got("Create")[0]["object"]
    assert note["to"] == [f"{town.text}/followers"] and note["cc"] == ["https://www.w3.org/ns/activitystreams#Public"]


@pytest.mark.parametrize("scheme", ["rfc9421", "cavage"])
def test_a_follower_gets_what_is_published_from_then_on(town: Town, neighbour: Neighbour, scheme: str) -> None:
    town.publishes(FIRST)
    assert neighbour.follows(town.text, scheme=scheme).status_code == 202
    town.carries()
    (accepted,) = neighbour.got("Accept")
    assert accepted["object"]["actor"] == neighbour.carol
    assert town.reads(f"{town.text}/followers")["totalItems"] == 1
    assert "orderedItems" not in town.reads(f"{town.text}/followers")
    town.publishes(SECOND, "Nobody twice")
    (made,) = neighbour.got("Create")
    note = made["object"]
    assert note["type"] == "Note" and note["attributedTo"] == town.text and "summary" not in note
    assert "Charter: version 2 published" in note["content"]
    assert f'href="{town.base}/e/river/charter/2"' in note["content"]
    assert note["tag"] == [{"type": "Hashtag", "name": "#RiverDay", "href": f"{town.base}/e/river"}]
    assert note["interactionPolicy"]["canQuote"]["automaticApproval"] == [
        "https://www.w3.org/ns/activitystreams#Public"
    ]
    first = town.reads(f"{town.text}/outbox?page=1")["orderedItems"][-1]["object"]
    assert note["inReplyTo"] == first["id"] and first["inReplyTo"] is None
    assert town.reads(note["id"]) == {**note, "@context": made["@context"]}
    assert town.reads(made["id"])["id"] == made["id"]


def test_who_follows_the_event_hears_of_every_text(town: Town, neighbour: Neighbour) -> None:
    neighbour.follows(town.river)
    town.publishes(FIRST)
    (passed_on,) = neighbour.got("Announce")
    assert passed_on["actor"] == town.river
    assert town.reads(passed_on["object"])["attributedTo"] == town.text
    assert neighbour.got("Create") == []
    assert town.reads(f"{town.river}/outbox")["totalItems"] == 1


def test_who_follows_no_more_hears_no_more(town: Town, neighbour: Neighbour) -> None:
    neighbour.follows(town.text)
    follow = neighbour.activity("Follow", town.text)
    assert neighbour.sends(f"{town.base}/-/inbox", neighbour.activity("Undo", follow)).status_code == 202
    town.publishes(FIRST)
    assert town.followers() == [] and neighbour.got("Create") == []


def test_a_deleted_account_and_one_that_blocks_us_follow_no_more(town: Town, neighbour: Neighbour) -> None:
    for farewell in (("Delete", neighbour.carol), ("Block", town.text)):
        neighbour.follows(town.text)
        assert len(town.followers()) == 1
        assert neighbour.sends(f"{town.base}/-/inbox", neighbour.activity(*farewell)).status_code == 202
        assert town.followers() == []


def test_the_farewell_of_a_stranger_is_taken_without_asking_whose_key_it_was(town: Town, neighbour: Neighbour) -> None:
    gone = neighbour.activity("Delete", neighbour.carol)
    assert neighbour.sends(f"{town.base}/-/inbox", gone).status_code == 202
    assert neighbour.asked == []


def test_many_followers_on_one_server_are_one_message(town: Town, neighbour: Neighbour) -> None:
    for name in ("carol", "dan", "eve"):
        uri = f"{neighbour.base}/users/{name}"
        follow = {**neighbour.activity("Follow", town.text), "actor": uri}
        assert neighbour.sends(f"{town.base}/-/inbox", follow, key_id=f"{uri}#main-key").status_code == 202
    town.publishes(FIRST)
    assert len(town.followers()) == 3 and len(neighbour.got("Create")) == 1
    assert {message.path for message in neighbour.messages if message.body["type"] == "Create"} == {"/inbox"}


def test_a_server_that_takes_only_the_older_signatures_is_remembered(town: Town) -> None:
    with next_door(takes=("cavage",)) as old:
        old.follows(town.text, scheme="cavage")
        town.carries()
        assert town.server().scheme == "cavage"
        old.answers = [status(500)]  # would be used up by a first knock of the newer kind
        town.publishes(FIRST)
        assert old.got("Create") == [] and town.waiting() == 1
        town.at_once()
        town.carries()
    assert len(old.got("Create")) == 1 and {message.scheme for message in old.messages} == {"cavage"}


def test_a_server_that_answers_only_who_signs_is_asked_in_the_name_of_the_house(town: Town) -> None:
    with next_door(signed_questions=True) as shy:
        assert shy.follows(town.text).status_code == 202


def test_a_server_in_trouble_is_left_alone_and_gets_everything_afterwards_in_order(
    town: Town, neighbour: Neighbour
) -> None:
    neighbour.follows(town.text)
    town.carries()
    neighbour.answers = [status(503), hangs_up]
    town.publishes(FIRST)
    town.publishes(SECOND)
    assert neighbour.got("Create") == [] and town.waiting() == 2 and town.server().not_before is not None
    fay = town.world.signed_in(town.world.member(town.event, "facilitator", "Fay"))
    assert "1 of 1 server of followers has not taken it yet." in fay.opens("/e/river/-/channels").text
    town.at_once()
    town.carries()
    assert neighbour.got("Create") == [] and town.server().attempts == 2
    town.at_once()
    town.carries()
    assert [made["object"]["url"][-1] for made in neighbour.got("Create")] == ["1", "2"] and town.waiting() == 0
    assert "Taken by the server of its followers." in fay.opens("/e/river/-/channels").text


def test_an_inbox_that_is_gone_for_good_is_forgotten(town: Town, neighbour: Neighbour) -> None:
    neighbour.follows(town.text)
    town.carries()
    neighbour.answers = [status(410)]
    town.publishes(FIRST)
    assert town.followers() == [] and town.waiting() == 0


def test_whoever_wants_to_quote_a_post_may(town: Town, neighbour: Neighbour) -> None:
    neighbour.follows(town.text)
    town.publishes(FIRST)
    (made,) = neighbour.got("Create")
    quoted, quoting = made["object"]["id"], f"{neighbour.base}/notes/1"
    wish = neighbour.activity("QuoteRequest", quoted, instrument={"id": quoting, "type": "Note"})
    neighbour.sends(f"{town.base}/-/inbox", wish)
    neighbour.sends(f"{town.base}/-/inbox", {**wish, "id": f"{wish['id']}/again"})
    town.carries()
    answers = [accept for accept in neighbour.got("Accept") if accept["object"]["type"] == "QuoteRequest"]
    assert len(answers) == 1 and answers[0]["object"]["id"] == wish["id"]
    stamp = town.reads(answers[0]["result"])
    assert stamp["type"] == "QuoteAuthorization"
    assert (stamp["interactingObject"], stamp["interactionTarget"]) == (quoting, quoted)


def test_a_text_out_of_sight_is_no_account_and_nobody_can_follow_it(town: Town, neighbour: Neighbour) -> None:
    inbox = town.reads(town.text)["inbox"]
    with town.world.services.database.write() as session:
        session.execute(sa.update(Draft).values(hidden=now(), hidden_because="Being looked into."))
    assert town.asks(town.text).status_code == 404
    assert neighbour.sends(inbox, neighbour.activity("Follow", town.text)).status_code == 404
    assert neighbour.sends(f"{town.base}/-/inbox", neighbour.activity("Follow", town.text)).status_code == 202
    assert town.followers() == []


def test_a_version_that_is_taken_back_is_deleted_elsewhere_and_its_words_are_gone_here(
    town: Town, neighbour: Neighbour
) -> None:
    neighbour.follows(town.text)
    town.publishes(FIRST)
    (made,) = neighbour.got("Create")
    town.takes_back(1, "A figure was wrong.")
    (deleted,) = neighbour.got("Delete")
    assert deleted["object"]["id"] == made["object"]["id"] and deleted["object"]["type"] == "Tombstone"
    gone = town.asks(made["object"]["id"])
    assert gone.status_code == 410 and gone.json()["type"] == "Tombstone"
    assert "takes back version 1" in neighbour.got("Create")[-1]["object"]["content"]
    with town.world.services.database.read() as session:
        kept = [str(note.body) for note in session.scalars(sa.select(Note).where(Note.deleted.is_not(None)))]
    assert kept == ["{}"]


def test_a_post_that_is_corrected_is_corrected_elsewhere_once(town: Town, neighbour: Neighbour) -> None:
    neighbour.follows(town.text)
    town.publishes(FIRST)
    (made,) = neighbour.got("Create")
    channel, note = town.channel(), made["object"]
    post = channel.compose(announcement(1), thread=None, at=now())
    for _ in range(2):
        channel.edit(note["id"], post)
    town.works()
    (changed,) = neighbour.got("Update")
    assert changed["object"]["id"] == note["id"] and changed["object"]["updated"]
    assert "three minutes" in changed["object"]["content"] and changed["object"]["published"] == note["published"]
    assert town.reads(note["id"])["content"] == changed["object"]["content"]


def test_the_profile_says_who_decides_and_the_pinned_note_what_this_is(town: Town) -> None:
    told = town.reads(town.text)
    assert "has not agreed to it" in told["summary"]
    assert {"name": "Who decides", "type": "PropertyValue", "value": "The town council"} in told["attachment"]
    (pinned,) = town.reads(told["featured"])["orderedItems"]
    assert town.reads(pinned["id"])["content"] == pinned["content"]
    for picture in (told["icon"], told["image"]):
        assert town.asks(picture["url"]).headers["content-type"] == "image/png"


def test_the_installation_says_what_it_is(town: Town) -> None:
    (link,) = town.asks("/.well-known/nodeinfo").json()["links"]
    told = town.asks(link["href"]).json()
    assert told["software"]["name"] == "drafting" and told["protocols"] == ["activitypub"]
    assert told["openRegistrations"] is False and told["usage"]["localPosts"] == 0

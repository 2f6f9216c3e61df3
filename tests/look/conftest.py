"""A served world with something on every page, and browsers to look at it with."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

import pytest
import sqlalchemy as sa
from werkzeug.serving import make_server

from drafting.config import MailServer, Settings
from drafting.db import now
from drafting.drafts import anchors, freezing, journal, plain
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people import joining
from drafting.people.models import Person
from drafting.publishing import connecting
from drafting.publishing.kinds import KINDS
from drafting.publishing.mail import subscribing
from drafting.publishing.mail.models import Subscription
from drafting.review import commenting, concerns, declaring, hiding, objecting, remarks, suggesting
from drafting.witnesses import mirrors
from drafting.witnesses.models import Stamp
from tests.conftest import free_port
from tests.web.world import World

FIRST = """\
# What we ask for

## The path

1. Light the path **until midnight**.
2. Repair the benches.

| Where | What |
|---|---|
| Bridge | a slope free of ice |

> We were never asked.

Some want dogs on leads; others do not.
"""
SECOND = (
    FIRST.replace("Repair the benches", "Repair the benches and add one in the shade") + "\n## Thanks\n\n`To all.`\n"
)


@dataclass(frozen=True)
class Site:
    """`public` are addresses for everybody, `organiser` those for `fay`, who runs the event."""

    world: World
    base: str
    event: Event
    fay: Person
    public: tuple[str, ...]
    organiser: tuple[str, ...]

    def cookie(self, person: Person) -> dict[str, str]:
        """What a browser in which `person` is signed in sends."""
        client = self.world.signed_in(person)._client
        found = client.get_cookie("drafting")
        assert found is not None
        return {"name": "drafting", "value": found.value, "url": self.base}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, port = tmp_path_factory.mktemp("site"), free_port()
    base = f"http://127.0.0.1:{port}"
    mail = MailServer("localhost", 1, "no", sender="drafts@drafts.example.org")
    settings = Settings(
        data=folder / "data", repo_store=folder / "repos", base_url=base, base_url_given=True, mail=mail
    )
    world = World(settings)
    server = make_server("127.0.0.1", port, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield _filled(world, base)
    server.shutdown()
    thread.join()
    server.server_close()


def _remarked(world: World, draft: Draft, eve: Person, fay: Person) -> list[int]:
    """One of each kind beside the text, answered, colliding, hidden and declined."""
    with world.services.database.write() as session:
        past = journal.past(session, draft.id)
        text, _ = plain.read(past)
        at = text.index("Repair")
        here, there = anchors.named(past, [(at, at + 18), (at, at + 6)])
        fresh = session.get_one(Draft, draft.id)
        who = {"by": eve.id, "at": now()}
        first = suggesting.suggest(session, fresh, here, words="Mend the benches", reason="Plainer.", **who)
        second = suggesting.suggest(session, fresh, there, words="Renew", reason="", **who)
        declined = suggesting.suggest(session, fresh, there, words="Paint", reason="", **who)
        suggesting.decline(session, declined.id, reason="They are broken.", by=fay.id, at=now())
        asked = commenting.say(session, fresh, "question", here, words="@Fay Okoro: which ones?", **who)
        remarks.reply(session, asked.id, words="All three.", by=fay.id, at=now())
        answer = remarks.reply(session, asked.id, words="Who cares.", by=eve.id, at=now())
        hiding.hide(session, "answer", answer.id, because="It helps nobody.", by=fay.id, at=now())
        hidden = commenting.say(session, fresh, "challenge", None, words="No.", **who)
        hiding.hide(session, "remark", hidden.id, because="It names a neighbour.", by=fay.id, at=now())
        return [made.id for made in (first, second, declined, asked, hidden)]


def _objected(world: World, event: Event, fay: Person, ada: Person, eve: Person) -> tuple[int, int]:
    """Two texts with a clock that runs: to one somebody objected, twice."""
    found = []
    with world.services.database.write() as session:
        rule = declaring.Wanted("unless", people=2, minutes=45, opens=time(0), closes=time(23, 59))
        declaring.declare(session, event.id, rule, by=fay.id, at=now())
    for title, objections in (("Lamps", 2), ("Boats", 0)):
        draft = world.draft(event, title, slug=title.lower())
        world.writes(eve, draft, f"# {title}\n\nWe ask for more of them.\n")
        proposal = world.puts_forward(eve, draft, "What we could all live with.")
        found.append(proposal.id)
        with world.services.database.write() as session:
            house = world.services.house
            for n in range(objections):
                words, handed_in = f"They cost too much, {n + 1}.", now() if n else None
                made = objecting.object_to(
                    session, house, proposal.id, words=words, by=ada.id, at=now(), handed_in=handed_in
                )
                if made and n == 0:
                    objecting.answer(session, made.id, words="Less than the old ones.", by=fay.id, at=now())
                    hiding.hide(session, "objection", made.id, because="It names a firm.", by=fay.id, at=now())
    return found[0], found[1]


def _concerned(world: World, event: Event, draft: Draft) -> str:
    """Somebody says that something is about them; by what they see the answer."""
    said = concerns.Said(event.id, draft.id, "/e/river/ask", "Those are my dogs.", "the house by the bridge")
    with world.services.database.write() as session:
        return concerns.raise_one(session, said, days=3, at=now()).token


def _written_to(world: World, event: Event) -> list[str]:
    """The tokens of two who get letters: one has confirmed it."""
    services, tokens = world.services, []
    with services.database.write() as session:
        for name in ("maya", "noor"):
            wish = subscribing.Wish(event.id, None, "daily")
            subscribing.ask(session, services.vault, services.mint, wish, f"{name}@example.org", now())
        session.flush()
        for row in session.scalars(sa.select(Subscription).order_by(Subscription.id)):
            tokens.append(services.vault.open(row.sealed)["token"])
        subscribing.confirm(session, row, now())
    return tokens


def _witnessed(world: World, event: Event) -> None:
    """A copy that somebody changed, one that is paused, and a stamp."""
    with world.services.database.write() as session:
        for number in (1, 2):
            place = mirrors.Place(
                f"https://copies-{number}.example.org/riverside-and-friends/the-public-record.git", "", ""
            )
            mirrors.add(session, world.services.vault, place, event_id=event.id, at=now())
        changed, paused = mirrors.of_event(session, event.id)
        changed.foreign_id, changed.foreign_since, changed.attempts = "0123456789" * 4, now(), 3
        changed.last_error = "It could not be reached."
        paused.paused = now()
        session.add(
            Stamp(
                event_id=event.id, number=1, place=1, commit_id="0123456789" * 4, answer=b"x", stamped=now(),
                authority="https://stamps.example.org/a-long-path/for-time-stamps", not_before=now(),
            )
        )  # fmt: skip


def _filled(world: World, base: str) -> Site:
    event = world.event(theme="How do we want to live with the river?", place="The rowing club", hashtag="River")
    world.event("An empty event", slug="empty")
    fay = world.person("Fay Okoro", shows_name=True, operator=True)
    ada, eve = world.member(event, "editor", "Ada", shows_name=True), world.member(event, "drafter", "Eve")
    draft, notes = (
        world.draft(event, "What we ask for", slug="ask"),
        world.draft(event, "Session 7", kind="notes", slug="s7"),
    )
    world.draft(event, "Letter", slug="letter")
    link, token, _ = world.link(event, draft=draft)
    with world.services.database.write() as session:
        joining.grant(session, session.get_one(Person, fay.id), event_id=event.id, role="facilitator", at=now())
        connecting.connect(
            session, world.services.vault, world.services.ground, event_id=event.id, kind="by_hand",
            name="Facebook page", fields={}, at=now(),
        )  # fmt: skip
        connecting.connect(
            session, world.services.vault, world.services.ground, event_id=event.id, kind="mail", name="",
            fields={"sender": "The river office, Town Hall"}, at=now(),
        )  # fmt: skip
    world.publishes(ada, draft, FIRST, "The first text that all could live with.")
    world.publishes(ada, draft, SECOND, "A bench in the shade.")
    world.writes_down(event)
    world.writes(eve, draft, SECOND.replace("midnight", "one o’clock"))
    proposal = world.puts_forward(eve, draft, "Lamps stay on longer.")
    world.writes(eve, notes, "Nine people. A meadow.")
    waiting = world.accepts(ada, world.puts_forward(eve, notes, "What nine people said."))
    world.writes(eve, notes, "Nine people. A wide meadow.")
    handed_in = world.puts_forward(eve, notes, "The meadow is wide.")
    clock = _objected(world, event, fay, ada, eve)
    with world.services.database.write() as session:
        letter = session.scalars(sa.select(Draft).where(Draft.slug == "letter")).one()
        freezing.freeze(session, letter, because="We read it in the closing circle.", by=fay.id, at=now())
    beside = _remarked(world, draft, eve, fay)
    concern = _concerned(world, event, draft)
    world.worker_follows()
    _witnessed(world, event)
    letters = _written_to(world, event)
    own = "/e/river/-"
    return Site(
        world, base, event, fay,
        public=(
            "/", "/join", f"/join/{token}", "/e/river", "/e/empty", "/e/river/ask", "/e/river/letter",
            "/e/river/ask/history", "/e/river/ask/1", "/e/river/ask/2", "/e/river/ask/1..2", "/e/river/record",
            "/e/river/ask/blame", "/e/river/ask/blame?words=in+the+shade", "/e/river/ask/blame?words=",
            f"{own}/search", f"{own}/search?words=benches", f"{own}/search?words=benches&in=past",
            f"{own}/search?words=nothing-like-it",
            f"{own}/about-me?at=/e/river/ask", f"{own}/about-me/{concern}",
            f"{own}/letters", *(f"{own}/letters/{token}" for token in letters),
            f"{own}/promise", f"{own}/follow", f"{own}/witnesses", "/e/empty/-/witnesses", "/e/river/ask/live",
            "/nothing-here",
            f"{own}/rule", "/e/river/boats",
            *(f"{own}/proposals/{number}" for number in clock),
        ),
        organiser=(
            "/", "/-/you", "/-/new-event", "/e/river", f"{own}/settings", f"{own}/promise", f"{own}/new-draft",
            f"{own}/people", f"{own}/images", f"{own}/people/poster/{link.id}", f"{own}/welcome", f"{own}/channels",
            *(f"{own}/channels/new/{word}" for word, kind in KINDS.items() if not kind.own), f"{own}/channels/1",
            f"{own}/mirrors", f"{own}/mirrors/1/remove",
            f"{own}/put-forward/ask", f"{own}/proposals/{proposal.id}", f"{own}/versions/{waiting.id}",
            f"{own}/close", "/e/river/ask/-/strike", f"{own}/withdraw/ask", f"{own}/write/ask", "/e/river/ask",
            f"{own}/rule", f"{own}/proposals/{handed_in.id}", *(f"{own}/proposals/{number}" for number in clock),
            "/e/river/boats", f"{own}/put-forward/lamps",
            "/e/river/ask/live", f"{own}/remarks/ask", f"{own}/remarks/ask?all", f"{own}/remarks/letter",
            f"{own}/comment/ask", f"{own}/suggest/ask", f"{own}/freeze/ask", f"{own}/freeze/letter",
            f"{own}/minutes/ask", "/e/river/letter", f"{own}/since/ask", f"{own}/who/ask", f"{own}/handover",
            f"{own}/with/ask?all", f"{own}/archive",
            *(f"{own}/remark/{made}" for made in beside), f"{own}/hide/remark/{beside[0]}", f"{own}/hide/answer/2",
            f"{own}/hide/objection/2", f"{own}/concerns", f"{own}/hide/text/{draft.id}", f"{own}/redact/ask",
        ),
    )  # fmt: skip

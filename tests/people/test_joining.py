"""How people come in, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from drafting.db import Database
from drafting.errors import Expired, Invalid, NotFound, NotSignedIn, Taken
from drafting.events import opening, promising
from drafting.events.models import Event
from drafting.events.opening import Particulars
from drafting.facts import FactRow
from drafting.people import joining, signing_in
from drafting.people.models import JoinLink, Person
from drafting.people.rights import MAY, ROLES, may, may_read
from drafting.people.tokens import Mint, as_typed

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def event_id(database: Database) -> int:
    with database.write() as session:
        event = opening.open_event(session, Particulars("A day on the river"), slug=None, by=None, at=NOON)
        promising.make_promise(session, event.id, promising.Card(), by=None, at=NOON)
        return event.id


def test_somebody_without_a_name_joins_by_code_however_it_is_typed(
    database: Database, mint: Mint, event_id: int
) -> None:
    with database.write() as session:
        link = joining.make_link(session, mint, event_id=event_id, role="drafter", at=NOON)
        code = mint.link_code(link.salt)
    with database.write() as session:
        found = joining.find_by_code(session, mint, f" {code[:3].lower()} - {code[3:]} ", NOON)
        person = joining.join(session, found, name=None, shows_name=True, person=None, at=NOON)
        assert joining.role_in(session, person.id, event_id) == "drafter"
        assert person.public_name is None
    with database.read() as session:
        assert session.scalar(sa.select(FactRow.kind).order_by(FactRow.id.desc()).limit(1)) == "PersonJoined"


def test_the_database_holds_neither_token_nor_code(database: Database, mint: Mint, event_id: int) -> None:
    with database.write() as session:
        link = joining.make_link(session, mint, event_id=event_id, role="editor", at=NOON)
        stored = " ".join(str(v) for v in vars(link).values())
        assert mint.link_token(link.salt) not in stored and mint.link_code(link.salt) not in stored
        assert Mint(b"1" * 32).link_code(link.salt) != mint.link_code(link.salt)


@pytest.mark.parametrize("how", ["revoked", "too old", "used up", "never made"])
def test_a_closed_link_lets_nobody_in(database: Database, mint: Mint, event_id: int, how: str) -> None:
    with database.write() as session:
        link = joining.make_link(session, mint, event_id=event_id, role="drafter", at=NOON, use_limit=1)
        token = mint.link_token(link.salt)
        if how == "revoked":
            joining.revoke(session, link.id, event_id, NOON)
        if how == "used up":
            joining.join(session, link, name="Ada", shows_name=False, person=None, at=NOON)
    when = NOON + timedelta(days=15) if how == "too old" else NOON
    with database.read() as session, pytest.raises(NotFound if how == "never made" else Expired):
        joining.find_by_token(session, mint, token + "x" if how == "never made" else token, when)


def test_the_last_use_of_a_link_is_taken_once(database: Database, mint: Mint, event_id: int) -> None:
    with database.write() as session:
        link_id = joining.make_link(session, mint, event_id=event_id, role="drafter", at=NOON, use_limit=1).id
    with database.read() as stale:
        seen_by_both = stale.get_one(JoinLink, link_id)
        with database.write() as session:
            joining.join(
                session, session.get_one(JoinLink, link_id), name="Ada", shows_name=False, person=None, at=NOON
            )
        with pytest.raises(Expired), database.write() as session:
            joining.join(session, seen_by_both, name="Bob", shows_name=False, person=None, at=NOON)
    with database.read() as session:
        assert [p.name for p in session.scalars(sa.select(Person))] == ["Ada"]


def test_joining_again_never_lowers_a_role(database: Database, mint: Mint, event_id: int) -> None:
    with database.write() as session:
        high = joining.make_link(session, mint, event_id=event_id, role="editor", at=NOON)
        low = joining.make_link(session, mint, event_id=event_id, role="contributor", at=NOON)
        ada = joining.join(session, high, name="Ada", shows_name=True, person=None, at=NOON)
        joining.join(session, low, name=None, shows_name=False, person=ada, at=NOON)
        assert joining.role_in(session, ada.id, event_id) == "editor"
        assert len(joining.members(session, event_id)) == 1


def test_the_last_facilitator_stays(database: Database, mint: Mint, event_id: int) -> None:
    with database.write() as session:
        fay = joining.new_person(session, name="Fay", shows_name=True, at=NOON)
        joining.grant(session, fay, event_id=event_id, role="facilitator", at=NOON)
        with pytest.raises(Invalid):
            joining.change_role(session, event_id=event_id, person_id=fay.id, role="drafter")
        gil = joining.new_person(session, name="Gil", shows_name=True, at=NOON)
        joining.grant(session, gil, event_id=event_id, role="facilitator", at=NOON)
        joining.change_role(session, event_id=event_id, person_id=fay.id, role="drafter")
        assert joining.role_in(session, fay.id, event_id) == "drafter"


def test_a_sign_in_link_works_once(database: Database, mint: Mint) -> None:
    with database.write() as session:
        fay = joining.new_person(session, name="Fay", shows_name=True, at=NOON)
        token = signing_in.make_sign_in_link(session, mint, fay.id, at=NOON, minutes=15)
    with database.write() as session:
        signing_in.look_at(session, mint, token, NOON)  # a link preview looks, and uses nothing up
        assert signing_in.sign_in(session, mint, token, NOON).name == "Fay"
    with database.read() as session, pytest.raises(Expired):
        signing_in.look_at(session, mint, token, NOON)
    with database.read() as session, pytest.raises(NotFound):
        signing_in.look_at(session, mint, token[:-1], NOON)


def test_a_bearer_token_ends(database: Database, mint: Mint, event_id: int) -> None:
    with database.write() as session:
        ada = joining.new_person(session, name="Ada", shows_name=True, at=NOON)
        token = signing_in.issue_token(session, mint, person_id=ada.id, event_id=event_id, at=NOON)
        assert signing_in.holder(session, mint, token, NOON).person_id == ada.id
        with pytest.raises(NotSignedIn):
            signing_in.holder(session, mint, token, NOON + timedelta(days=91))
        signing_in.revoke_token(session, signing_in.tokens_of(session, ada.id, event_id)[0].id, ada.id, NOON)
        with pytest.raises(NotSignedIn):
            signing_in.holder(session, mint, token, NOON)


def test_the_table_of_rights_lets_roles_do_what_lower_ones_may() -> None:
    for act, roles in MAY.items():
        held = [role in roles for role in ROLES]
        assert held == sorted(held, reverse=True), act
    assert not may("contributor", "write") and not may("drafter", "accept")
    assert (
        may_read("reader", hidden=False)
        and not may_read("editor", hidden=True)
        and may_read("facilitator", hidden=True)
    )


def test_codes_have_no_letters_that_are_misread(mint: Mint) -> None:
    codes = {mint.link_code(str(n)) for n in range(2000)}
    assert len(codes) > 1990
    assert not set("".join(codes)) & set("ILO01") and all(len(c) == 6 for c in codes)
    assert as_typed("ab-c 2\t3") == "ABC23"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("A day on the river", "a-day-on-the-river"),
        ("Årsmöte & Café – 2026!", "arsmote-cafe-2026"),
        ("Жители", "zhiteli"),
        ("../../etc/passwd", "etc-passwd"),
        ("!!!", "text"),
        ("Record", "record-2"),
    ],
)
def test_an_address_is_made_from_a_title(database: Database, title: str, slug: str) -> None:
    with database.write() as session:
        assert opening.open_event(session, Particulars(title), slug=None, by=None, at=NOON).slug == slug


@pytest.mark.parametrize("slug", ["..", "a/b", "A", "a--b", "-a", "a" * 41, "record", "a\n", "é", "", "a.git"])
def test_an_address_that_could_be_a_path_or_a_word_of_ours_is_refused(database: Database, slug: str) -> None:
    with database.write() as session:
        if slug == "":
            assert opening.open_event(session, Particulars("Fine"), slug=slug, by=None, at=NOON).slug == "fine"
            return
        with pytest.raises(Invalid) as refused:
            opening.open_event(session, Particulars("Fine"), slug=slug, by=None, at=NOON)
        assert refused.value.field == "slug"


def test_two_events_do_not_share_an_address(database: Database) -> None:
    with database.write() as session:
        opening.open_event(session, Particulars("River"), slug="river", by=None, at=NOON)
        assert opening.open_event(session, Particulars("River"), slug=None, by=None, at=NOON).slug == "river-2"
        with pytest.raises(Taken):
            opening.open_event(session, Particulars("River"), slug="river", by=None, at=NOON)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("title", Particulars("")),
        ("ends", Particulars("x", starts=date(2026, 5, 5), ends=date(2026, 5, 4))),
        ("hashtag", Particulars("x", hashtag="two words")),
        ("licence", Particulars("x", licence="mine")),
        ("visibility", Particulars("x", visibility="secret")),
    ],
)
def test_what_is_wrong_with_an_event_is_said_at_its_field(database: Database, field: str, said: Particulars) -> None:
    with pytest.raises(Invalid) as refused, database.write() as session:
        opening.open_event(session, said, slug=None, by=None, at=NOON)
    assert refused.value.field == field
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Event.id))) == 0


def test_a_promise_is_followed_never_changed(database: Database, event_id: int) -> None:
    with database.write() as session:
        promising.make_promise(
            session, event_id, promising.Card(level="decide", decider_office="The assembly"), by=None, at=NOON
        )
        assert [p.level for p in promising.all_of(session, event_id)] == ["decide", "consult"]
        assert promising.current(session, event_id).number == 2
        with pytest.raises(Invalid):
            promising.make_promise(session, event_id, promising.Card(answer_by=date(2026, 9, 1)), by=None, at=NOON)


def test_the_next_person_on_a_shared_computer_finds_the_same_invitation_but_no_editors_link(
    database: Database, mint: Mint, event_id: int
) -> None:
    with database.write() as session:
        wall = joining.make_link(session, mint, event_id=event_id, role="drafter", at=NOON)
        office = joining.make_link(session, mint, event_id=event_id, role="editor", at=NOON)
        ada = joining.join(session, wall, name="Ada", shows_name=False, person=None, at=NOON)
        eve = joining.join(session, office, name="Eve", shows_name=False, person=None, at=NOON)
        found = joining.way_back(session, ada.id, NOON)
        assert found is not None and found.id == wall.id
        assert joining.way_back(session, eve.id, NOON) is None
        joining.revoke(session, wall.id, event_id, NOON)
        assert joining.way_back(session, ada.id, NOON) is None

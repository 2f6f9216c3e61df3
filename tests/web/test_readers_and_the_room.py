"""Where readers may comment they still do not see who is in the room and what happened there."""

import pytest

from drafting.events.models import Event
from tests.web.world import World

ROOMS = ("/e/river/-/minutes/minutes", "/e/river/-/since/minutes", "/e/river/-/handover", "/e/river/-/who/minutes")


@pytest.mark.parametrize("address", ROOMS)
def test_a_reader_who_may_comment_does_not_see_the_rooms_own_pages(world: World, address: str):
    event = world.event()
    draft = world.draft(event, "Minutes", slug="minutes")
    with world.services.database.write() as session:
        session.get_one(Event, event.id).readers_remark = True
    world.writes(world.member(event, "drafter"), draft, "The path is dark.\n")
    zoe = world.signed_in(world.person("Zoe"))
    assert zoe.opens("/e/river/minutes").status == 200
    assert zoe.opens("/e/river/-/remarks/minutes").status == 200
    assert zoe.opens(address).status == 403
    assert world.visitor().opens(address).status == 401

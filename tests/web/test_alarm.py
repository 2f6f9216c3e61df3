"""An alarm of the public history is seen, in plain words, by whoever runs the event or watches over the site."""

import sqlalchemy as sa

from drafting.db import now
from drafting.record.models import Revision
from drafting.record.watching import Archive
from tests.web.visitor import Visitor
from tests.web.world import World


def test_an_alarm_is_shown_to_who_runs_the_event_and_counted_for_who_watches(world: World, reader: Visitor) -> None:
    event = world.event()
    ada, fay = world.member(event, "editor"), world.member(event, "facilitator", "Fay")
    world.publishes(ada, world.draft(event, "Minutes", slug="minutes"), "One.\n", "The first.")
    world.writes_down(event)
    shop = world.services
    archive = Archive(shop.database, shop.settings.repo_store, shop.signer, shop.settings.base_url)
    assert archive.compare(event.id, now()) == []
    alarm = "Something is wrong with the public history."
    assert alarm not in world.signed_in(fay).opens("/e/river").text
    assert b"drafting_record_alarms 0.0" in reader.asks("/metrics").data

    with shop.database.write() as session:
        session.execute(sa.update(Revision).values(summary="Another one."))
    assert len(archive.compare(event.id, now())) == 1
    page = world.signed_in(fay).opens("/e/river").text
    assert alarm in page and "Version 1 of “minutes”" in page and "We changed nothing." in page
    for other in (reader, world.signed_in(ada)):
        assert alarm not in other.opens("/e/river").text
    assert b"drafting_record_alarms 1.0" in reader.asks("/metrics").data
    ready = reader.asks("/readyz").json
    assert ready is not None and ready["alarms"] == 1 and ready["record"], "pages are served on"

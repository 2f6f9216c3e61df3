"""The event as one file, for whoever runs it: the worker makes it, a day later it is gone."""

import io
import os
import zipfile
from datetime import timedelta

from drafting.cli.running import make_worker
from drafting.db import now
from drafting.events.models import Event
from drafting.proceedings import archives
from drafting.record import projection
from tests.web.visitor import Visitor
from tests.web.world import World


def test_whoever_runs_the_event_has_it_made_and_fetches_it(world: World, event: Event, fay: Visitor) -> None:
    world.publishes(world.member(event, "editor"), world.draft(event, "Bench", slug="bench"), "One.\n", "First.")
    services, settings = world.services, world.services.settings
    projection.project(services.database, settings.repo_store, services.signer, event.id)
    fay.opens("/e/river/-/settings")
    fay.follows("The event as one file …")
    assert "Download" not in fay.page.text
    assert "is being made" in fay.presses("Make the file").text
    assert "Make the file" not in [button for form in fay.page.forms for button in form.buttons]
    worker = make_worker(services)
    worker.follow_facts(now())
    fay.opens("/e/river/-/archive")
    answer = fay.asks(fay.page.links["Download the file"])
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert "revisions.jsonl" in file.namelist() and file.testzip() is None

    made = archives.newest(settings.parcels, "river")
    assert made is not None
    archives.sweep(settings.parcels, now())
    assert made.is_file()
    long_ago = (now() - archives.KEPT - timedelta(minutes=1)).timestamp()
    os.utime(made, (long_ago, long_ago))
    archives.sweep(settings.parcels, now())
    assert fay.asks("/e/river/-/archive/event.zip").status_code == 404
    assert "Make the file" in fay.opens("/e/river/-/archive").text


def test_nobody_else_gets_it(world: World, event: Event, reader: Visitor) -> None:
    drafter = world.signed_in(world.member(event, "drafter", "Bob"))
    for path in ("/e/river/-/archive", "/e/river/-/archive/event.zip"):
        assert reader.asks(path).status_code == 401
        assert drafter.asks(path).status_code == 403

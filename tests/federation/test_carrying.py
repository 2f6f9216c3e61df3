"""Whatever kills a courier, and however many there are: every activity arrives, in order, and once by its id."""

import signal
import subprocess
import sys
import threading

import pytest
import sqlalchemy as sa

from drafting.db import now
from drafting.paths import ROOT
from drafting.publishing.fediverse.courier import STEPS, Courier
from drafting.publishing.fediverse.models import Dispatch
from tests.federation.neighbour import Neighbour
from tests.federation.test_following import FIRST, SECOND
from tests.federation.town import Town


def dies(town: Town, step: str) -> None:
    data = str(town.world.services.settings.data)
    command = [sys.executable, "-m", "tests.federation.dying_courier", data, town.base, step]
    assert subprocess.run(command, cwd=ROOT, timeout=120).returncode == -signal.SIGKILL


def leases_end(town: Town) -> None:
    with town.world.services.database.write() as session:
        session.execute(sa.update(Dispatch).values(lease_until=now()))


@pytest.mark.parametrize("step", STEPS)
def test_a_courier_that_dies_twice_loses_nothing_and_sends_nothing_new(
    town: Town, neighbour: Neighbour, step: str
) -> None:
    neighbour.follows(town.text)
    town.carries()
    for text in (FIRST, SECOND):
        town.publishes_without_carrying(text)
        assert town.waiting() > 0
        dies(town, step)
        leases_end(town)
    town.carries()
    made = [create["object"]["url"][-1] for create in neighbour.got("Create")]
    assert list(dict.fromkeys(made)) == ["1", "2"] and town.waiting() == 0
    ids = {create["id"] for create in neighbour.got("Create")}
    assert len(ids) == 2, "who gets an activity again knows it by its id"


def test_two_couriers_at_once_send_nothing_twice(town: Town, neighbour: Neighbour) -> None:
    neighbour.follows(town.text)
    town.carries()
    for text in (FIRST, SECOND):
        town.publishes_without_carrying(text)
    services = town.world.services
    couriers = [Courier(services.database, town.base, services.abroad) for _ in range(3)]
    threads = [threading.Thread(target=courier.carry_due, args=(now(),)) for courier in couriers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for courier in couriers:
        courier.wait()
    assert len(neighbour.got("Create")) == 2 and town.waiting() == 0


def test_what_nobody_takes_for_two_days_is_given_up(town: Town, neighbour: Neighbour) -> None:
    neighbour.follows(town.text)
    town.carries()
    town.publishes_without_carrying(FIRST)
    with town.world.services.database.write() as session:
        session.execute(sa.text("UPDATE dispatch SET created = '2026-01-01 00:00:00'"))
    neighbour.closes()
    town.carries()
    assert town.waiting() == 0 and town.server().last_error == "did not answer"

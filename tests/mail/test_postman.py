"""Mail servers that are busy, refuse, fall silent or vanish; postmen that are killed: no letter twice, nothing lost."""

import signal
import socket
import ssl
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from drafting.db import now
from drafting.paths import ROOT
from drafting.publishing.channels.failures import Retry, Revoked
from drafting.publishing.mail.postman import STEPS
from drafting.publishing.mail.server import counter
from drafting.publishing.mail.turns import LEASE
from tests.mail.desk import Desk, words
from tests.mail.post_office import PostOffice, open_post_office

MAYA = "maya@example.org"
LATER = timedelta(days=1)


def versions(desk: Desk) -> list[str]:
    """Which versions Maya was told of, letter by letter."""
    return ["".join(str(n) for n in range(1, 9) if f"charter/{n}\n" in words(one)) for one in desk.news(MAYA)]


@pytest.mark.parametrize("trouble", ["busy", "refuses", "spam", "cuts_before", "cuts", "nobody"])
def test_whatever_goes_wrong_no_version_is_lost_and_no_letter_comes_twice(desk: Desk, trouble: str) -> None:
    desk.has_reader(MAYA)
    desk.publishes("The first of all versions.")
    desk.office.trouble = trouble
    desk.sends()
    desk.office.trouble = ""
    desk.publishes("The second of all versions.")
    desk.time_passes(LATER)
    desk.sends()
    assert versions(desk) == (["1", "12"] if trouble == "cuts" else ["12"]), "nobody knows of the first that was cut"
    assert len({one["Message-ID"] for one in desk.news(MAYA)}) == len(desk.news(MAYA))


def test_a_busy_server_is_asked_again_ever_more_seldom(desk: Desk) -> None:
    desk.has_reader(MAYA)
    desk.publishes("News.")
    desk.office.trouble = "busy"
    waits = []
    for _ in range(3):
        desk.sends()
        (row,) = desk.subscriptions()
        assert row.due is not None and "later" in row.last_error
        waits.append(row.due - now())
        desk.time_passes(row.due - now())
    assert waits == sorted(waits) and waits[0] < timedelta(minutes=2) < waits[2]
    desk.office.trouble = ""
    desk.sends()
    assert versions(desk) == ["1"]


def test_who_is_not_there_any_more_is_forgotten_after_three_letters(desk: Desk) -> None:
    desk.has_reader(MAYA)
    desk.publishes("News.")
    desk.office.trouble = "nobody"
    for left in (1, 1, 0):
        desk.sends()
        assert len(desk.subscriptions()) == left
        desk.time_passes(LATER / 24)


def test_an_address_that_never_was_is_forgotten_at_once(desk: Desk) -> None:
    desk.office.trouble = "nobody"
    desk.asks(MAYA)
    desk.sends()
    assert desk.subscriptions() == []


def test_one_whom_the_server_refuses_holds_up_nobody_else(desk: Desk) -> None:
    desk.has_reader(MAYA)
    desk.has_reader("noor@example.org")
    desk.publishes("News.")
    desk.office.trouble = "tired"
    desk.sends()
    desk.office.trouble = ""
    desk.time_passes(LATER / 24)
    desk.sends()
    assert len(desk.news(MAYA)) == len(desk.news("noor@example.org")) == 1


def test_a_server_that_is_away_is_left_alone_for_a_while_and_nothing_is_lost(desk: Desk) -> None:
    desk.has_reader(MAYA)
    desk.publishes("News.")
    services = desk.world.services
    assert services.settings.mail is not None
    postman = desk.postman()
    postman._server = replace(services.settings.mail, port=1)
    assert postman.send_due(now()) == 1
    postman.wait()
    assert postman.send_due(now()) == 0, "not at once again"
    (row,) = desk.subscriptions()
    assert row.attempts == 0 and row.lease_until is None
    desk.sends()
    assert versions(desk) == ["1"]


def test_several_postmen_write_each_letter_once(any_desk: Desk) -> None:
    readers = [f"reader{number}@example.org" for number in range(60)]
    any_desk.has_readers(readers)
    any_desk.publishes("News for sixty.")
    postmen = [any_desk.postman() for _ in range(3)]
    threads = [threading.Thread(target=postman.send_due, args=(now(),)) for postman in postmen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for postman in postmen:
        postman.wait()
    assert [len(any_desk.news(reader)) for reader in readers] == [1] * 60


@pytest.mark.parametrize("step", STEPS)
def test_postmen_killed_twice_send_nothing_twice_and_lose_no_version(
    any_desk: Desk, tmp_path: Path, database_url: str, step: str
) -> None:
    any_desk.has_reader(MAYA)
    for more in ("The first of all of its versions.", "The second of all of its versions."):
        any_desk.publishes(more)
        command = [
            sys.executable,
            "-m",
            "tests.mail.dying_postman",
            str(tmp_path),
            database_url,
            str(any_desk.office.port),
            step,
        ]
        assert subprocess.run(command, cwd=ROOT, timeout=120).returncode == -signal.SIGKILL
        any_desk.sends()
        assert len(any_desk.news(MAYA)) <= 1 + ("second" in more), "whoever has it may still be at work"
        any_desk.time_passes(LEASE)
    any_desk.sends()
    any_desk.publishes("And the third of all of its versions.")
    any_desk.sends()
    wanted = {"claimed": ["12", "3"], "handing": ["123"], "handed": ["1", "12", "123"], "noted": ["1", "2", "3"]}
    assert versions(any_desk) == wanted[step]


@pytest.mark.parametrize("tls", ["starttls", "at once"])
def test_with_tls_and_a_password_that_is_checked(tls: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    named = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*made, "-keyout", key, "-out", certificate, *named], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with open_post_office(tls, context) as office:
        with pytest.raises(Retry), counter(office.server, 10):
            pytest.fail("a certificate that nobody vouches for")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with pytest.raises(Revoked), counter(replace(office.server, password="wrong"), 10):
            pytest.fail("a wrong password")
        desk = Desk.opens(tmp_path / "here", office)
        desk.has_reader(MAYA)
        desk.publishes("News.")
        desk.sends()
        assert versions(desk) == ["1"]


def test_a_server_that_says_nothing_is_not_waited_for_long(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = replace(PostOffice(silent.getsockname()[1]).server, host="127.0.0.1")
        with pytest.raises(Retry), counter(server, 0.5):
            pytest.fail("it said nothing")

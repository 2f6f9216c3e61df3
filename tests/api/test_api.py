"""The JSON API as a script uses it: rights, conflicts, garbage, and answers that a program can read."""

import json
import threading
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients import YClient
from tests.product import Product, running, until
from tests.scribe import Browser

PROPOSALS = "/api/v1/events/bar/drafts/minutes/proposals"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, dict[str, str]]]:
    with running(tmp_path_factory.mktemp("api")) as product:
        yield product, product.world()


def write(product: Product, token: str, words: str) -> None:
    """Bob types, and Ada has it: it is on disk."""
    client = YClient(f"ws://127.0.0.1:{product.port}/yjs/bar/minutes?token={token}").connect()
    assert client.synced.wait(10)
    client.type(words)
    other = YClient(f"ws://127.0.0.1:{product.port}/yjs/bar/minutes?token={token}").connect()
    until(lambda: words in other.text, why="the words did not reach the server")
    client.leave()
    other.leave()


def test_a_text_goes_the_whole_way_by_api(house: tuple[Product, dict[str, str]]) -> None:
    product, people = house
    write(product, people["bob"], "# Minutes\n\nWe agreed.\n")
    proposal = product.put_forward(people["bob"], "First minutes")
    status, answer = product.accept(people["ada"], proposal)
    assert (status, answer["revision"]) == (200, 1)
    assert answer["url"] == f"{product.base}/e/bar/minutes/1"
    path = "/api/v1/events/bar/drafts/minutes/revisions"
    newest = until(lambda: (r := json.loads(product.get(path)[1])) and r[0]["commit"] and r[0], why="no commit came")
    assert newest["revision"] == 1 and len(newest["commit"]) == 40 and newest["summary"] == "First minutes"
    assert product.get("/e/bar/minutes/1.md")[1] == "# Minutes\n\nWe agreed.\n"


def test_two_editors_at_once_get_one_version_and_the_other_is_told_the_base(
    house: tuple[Product, dict[str, str]],
) -> None:
    product, people = house
    write(product, people["bob"], "Another line.\n")
    first, second = product.put_forward(people["bob"]), product.put_forward(people["eve"], "the same, by Eve")
    outcomes: list[tuple[int, dict[str, object]]] = []
    gate = threading.Barrier(2)

    def accept(token: str, proposal: int) -> None:
        gate.wait()
        outcomes.append(product.accept(token, proposal))

    editors = [threading.Thread(target=accept, args=pair) for pair in ((people["ada"], first), (people["eve"], second))]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()
    won, lost = sorted(outcomes, key=lambda outcome: outcome[0])
    assert (won[0], lost[0]) == (200, 409)
    assert lost[1]["base"] == won[1]["revision"] and lost[1]["reason"] == "stale"


@pytest.mark.parametrize("who", ["cy", "nobody"])
def test_who_may_not_write_cannot_put_forward(house: tuple[Product, dict[str, str]], who: str) -> None:
    product, people = house
    status, body, headers = product.http(
        "POST", PROPOSALS, token=people.get(who, "no-such-token"), body={"summary": "x"}
    )
    assert status == (403 if who == "cy" else 401)
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["status"] == status


def test_a_drafter_cannot_accept_and_a_token_is_good_in_its_own_event_only(
    house: tuple[Product, dict[str, str]],
) -> None:
    product, people = house
    write(product, people["bob"], "One more.\n")
    proposal = product.put_forward(people["bob"])
    assert product.accept(people["bob"], proposal)[0] == 403
    assert product.accept("", proposal)[0] == 401
    product.command("event", "create", "Other", "--slug", "other")
    stranger = product.command("invite", "other", "--role", "editor", "--name", "Zed")["token"]
    assert product.accept(stranger, proposal)[0] == 403
    assert product.accept(people["ada"], 999_999)[0] == 404


def test_a_cookie_is_not_enough_to_change_something(house: tuple[Product, dict[str, str]]) -> None:
    product, _ = house
    status, _, _ = product.http("POST", PROPOSALS, body={"summary": "x"}, headers={"Cookie": "drafting=forged"})
    assert status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b" ", 400),
        (b"{", 400),
        (b"[]", 422),
        (b'{"summary": 7}', 422),
        (b'{"summary": ""}', 422),
        (b'{"summary": "\\u0000\\u202e"}', 422),
        (b'{"summary": "' + b"x" * 3000 + b'"}', 422),
        (b"x" * 3_000_000, 413),
    ],
)
def test_garbage_gets_a_problem_document(house: tuple[Product, dict[str, str]], body: bytes, status: int) -> None:
    product, people = house
    headers = {"Content-Type": "application/json"}
    answered, said, _ = product.http("POST", PROPOSALS, token=people["bob"], body=body, headers=headers)
    assert answered == status, said
    assert product.get("/healthz")[0] == 200


def test_the_api_describes_itself(house: tuple[Product, dict[str, str]]) -> None:
    product, _ = house
    status, body = product.get("/api/v1/openapi.json")
    assert status == 200
    said = json.loads(body)
    assert said["openapi"].startswith("3.1") and "/api/v1/proposals/{proposal_id}/accept" in said["paths"]


def test_what_became_of_posts_is_for_editors(house: tuple[Product, dict[str, str]]) -> None:
    product, people = house
    assert product.http("GET", "/api/v1/events/bar/deliveries", token=people["ada"])[0] == 200
    assert product.http("GET", "/api/v1/events/bar/deliveries", token=people["bob"])[0] == 403
    assert product.http("GET", "/api/v1/events/bar/deliveries")[0] == 401
    assert product.http("GET", "/api/v1/events/none/deliveries", token=people["ada"])[0] == 404


def test_no_log_line_holds_a_token_a_name_or_words(house: tuple[Product, dict[str, str]], tmp_path: Path) -> None:
    product, people = house
    write(product, people["bob"], "zanzibar quokka\n")
    log = product.log
    assert "zanzibar" not in log and not any(token in log for token in people.values())


@pytest.mark.parametrize("path", ["/-/you", "/e/bar/-/people", "/e/bar/-/settings", "/-/new-event"])
def test_a_token_is_nobody_on_pages(house: tuple[Product, dict[str, str]], path: str) -> None:
    product, people = house
    status, body, headers = product.http("GET", path, token=people["ada"])
    assert status == 401, body[:300]
    assert "ada" not in body.decode()


def test_joining_with_a_token_at_hand_makes_somebody_new_not_its_owner(house: tuple[Product, dict[str, str]]) -> None:
    product, people = house
    browser = Browser(product.base)
    browser.always("Authorization", f"Bearer {people['ada']}")
    page = browser.join(product.ways_in()["join"], "Mallory")
    assert "Mallory" in page
    with pytest.raises(urllib.error.HTTPError) as refused:
        browser.get("/e/bar/-/settings")
    assert refused.value.code == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/events/bar/drafts/minutes/revisions?before=100000000000000000000000", None, 422),
        ("GET", "/api/v1/events/bar/drafts/minutes/revisions?before=-1", None, 422),
        ("POST", "/api/v1/proposals/99999999999999999999999/accept", b"{}", 404),
        ("POST", "/api/v1/proposals/1/accept", b'{"base": ' + b"9" * 5000 + b"}", 400),
        ("POST", "/api/v1/proposals/1/accept", b"[" * 60_000, 400),
        ("POST", "/api/v1/proposals/1/accept", b"[" * 100_000, 413),
        ("GET", "/e/bar/minutes/history?before=-99999999999999999999", None, 200),
        ("GET", "/e/bar/minutes/99999999999999999999999", None, 404),
        ("GET", "/e/bar/minutes/1..99999999999999999999999", None, 404),
    ],
)
def test_numbers_and_nests_without_end_are_refused(
    house: tuple[Product, dict[str, str]], method: str, path: str, body: bytes | None, status: int
) -> None:
    product, people = house
    headers = {"Content-Type": "application/json"}
    assert product.http(method, path, token=people["ada"], body=body, headers=headers)[0] == status
    assert "Traceback" not in product.log


def test_nothing_is_published_in_an_event_that_was_taken_down(house: tuple[Product, dict[str, str]]) -> None:
    product, people = house
    write(product, people["bob"], "Before the takedown.\n")
    proposal = product.put_forward(people["bob"])
    product.command("event", "hide", "bar")
    try:
        assert product.accept(people["ada"], proposal)[0] == 404
    finally:
        product.command("event", "hide", "bar", "--show")
    assert product.accept(people["ada"], proposal)[0] == 200

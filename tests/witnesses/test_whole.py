"""The running product: what is published goes to copies and is stamped, and a copy that hangs holds up nothing."""

import subprocess
from pathlib import Path

import pytest

from drafting.paths import ROOT
from tests.clients import YClient
from tests.product import COMMAND, Product, running, until
from tests.witnesses.authority_server import authority
from tests.witnesses.far_side import TOKEN, far_side, says_nothing_to_a_push


def seat(product: Product, token: str) -> YClient:
    client = YClient(f"ws://127.0.0.1:{product.port}/yjs/bar/minutes?token={token}").connect()
    assert client.synced.wait(10)
    return client


def adds(product: Product, address: str) -> None:
    command = [*COMMAND, "mirror", "add", "bar", address, "--token-file", "-"]
    done = subprocess.run(command, cwd=ROOT, env=product.everything(), input=TOKEN, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.timeout(500)
def test_a_copy_that_hangs_holds_up_nothing_and_another_one_and_the_stamp_are_there(tmp_path: Path) -> None:
    with authority(tmp_path / "tsa") as tsa, far_side(tmp_path / "hangs") as hangs, far_side(tmp_path / "far") as far:
        named = {"DRAFTING_TIMESTAMP_AUTHORITY": tsa.url, "DRAFTING_TIMESTAMP_ROOTS": str(tsa.roots)}
        with running(tmp_path / "here", DRAFTING_ALLOW_PRIVATE_WEBHOOKS="1", **named) as product:
            people = product.world()
            bob, ada = seat(product, people["bob"]), seat(product, people["ada"])

            def publishes(words: str) -> None:
                bob.type(words)
                until(lambda: words in ada.text)
                assert product.accept(people["ada"], product.put_forward(people["bob"]))[0] == 200

            adds(product, hangs.repository())
            hangs.mood = says_nothing_to_a_push
            adds(product, far.repository())
            publishes("One.")
            until(lambda: len(far.moves()) == 1)
            publishes("Two.")
            until(lambda: len(far.moves()) == 2, why="the second version was not copied while another copy hung")
            until(lambda: "/-/timestamps/1.tsr" in product.get("/e/bar/-/witnesses")[1], 40)
            behind = {each["address"]: each["behind"] for each in product.command("mirror", "list")["mirrors"]}
            assert behind == {f"{hangs.url}/copy.git": 2, f"{far.url}/copy.git": 0}
            assert TOKEN not in product.log
            hangs.closing.set()

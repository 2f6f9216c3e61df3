"""An operator manages copies by command; the token comes from a file and goes nowhere else."""

import subprocess
from pathlib import Path

import pytest

from drafting.paths import ROOT
from tests.product import COMMAND, Product
from tests.witnesses.far_side import TOKEN, far_side


@pytest.fixture
def product(tmp_path: Path) -> Product:
    (tmp_path / "here").mkdir()
    product = Product(tmp_path / "here", {"DRAFTING_ALLOW_PRIVATE_WEBHOOKS": "1"})
    product.world()
    return product


def refused(product: Product, *words: str) -> str:
    done = subprocess.run([*COMMAND, *words], cwd=ROOT, env=product.everything(), capture_output=True, text=True)
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.timeout(500)
def test_a_copy_is_added_paused_and_removed(product: Product, tmp_path: Path) -> None:
    assert product.command("mirror", "list") == {"mirrors": []}
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    with far_side(tmp_path / "far") as far:
        address = far.repository()
        made = product.command("mirror", "add", "bar", address, "--token-file", str(token))["id"]
        assert "already" in refused(product, "mirror", "add", "bar", address, "--token-file", str(token))
    product.command("mirror", "pause", str(made))
    (row,) = product.command("mirror", "list")["mirrors"]
    assert (row["event"], row["address"], row["behind"], row["paused"]) == ("bar", address, 0, True)
    assert TOKEN not in str(row)
    product.command("mirror", "resume", str(made))
    assert "could not be reached" in refused(product, "mirror", "add", "bar", f"{far.url}/other.git")
    product.command("mirror", "remove", str(made), "--yes")
    assert product.command("mirror", "list") == {"mirrors": []}
    assert "There is no such copy." in refused(product, "mirror", "pause", str(made))
    assert "There is no such copy." in refused(product, "mirror", "pause", "99")

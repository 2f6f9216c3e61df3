"""An operator blocks servers of the fediverse by command."""

from pathlib import Path

from tests.cli.test_mirrors import refused
from tests.product import Product


def test_a_server_is_blocked_and_heard_again(tmp_path: Path) -> None:
    product = Product(tmp_path)
    product.world()
    assert product.command("fediverse", "blocked") == {"blocked": []}
    assert product.command("fediverse", "block", "Spam.example", "--because", "Only advertisements")["domain"]
    (row,) = product.command("fediverse", "blocked")["blocked"]
    assert (row["domain"], row["because"]) == ("spam.example", "Only advertisements")
    product.command("fediverse", "unblock", "spam.example")
    assert product.command("fediverse", "blocked") == {"blocked": []}
    assert "not blocked" in refused(product, "fediverse", "unblock", "spam.example")
    assert "name of a server" in refused(product, "fediverse", "block", "https://spam.example/")

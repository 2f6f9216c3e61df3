"""An installation that was given no address: every command names the one where it is served."""

from pathlib import Path

import pytest

from drafting.config import DEFAULT_BASE_URL, address_of, load
from tests.product import Product


def test_links_that_commands_print_lead_to_where_it_is_served(tmp_path: Path) -> None:
    product = Product(tmp_path, {"DRAFTING_BASE_URL": ""}).start()
    try:
        made = product.command("event", "create", "Bar event", "--slug", "bar")
        assert made["url"] == f"{product.base}/e/bar"
        status, page, _ = product.http("GET", made["url"])
        assert status == 200 and b"Bar event" in page
    finally:
        product.kill()


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\xff\xfe",
        b"hello",
        b"http://[::1",
        b"http://a:1\nhttp://b:2",
        b"http://a\0b:1",
        b"javascript:alert(1)",
        None,
    ],
    ids=repr,
)
def test_whatever_else_is_in_the_file_counts_for_nothing(tmp_path: Path, garbage: bytes | None) -> None:
    if garbage is None:
        (tmp_path / "address").mkdir()
    else:
        (tmp_path / "address").write_bytes(garbage)
    assert load(tmp_path, {"DRAFTING_DATA": str(tmp_path)}).base_url == DEFAULT_BASE_URL


def test_an_address_with_colons_is_bracketed_and_understood(tmp_path: Path) -> None:
    (tmp_path / "address").write_text(address_of("::1", 8000) + "\n")
    assert load(tmp_path, {"DRAFTING_DATA": str(tmp_path)}).base_url == "http://[::1]:8000"

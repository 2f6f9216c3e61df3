"""What an operator reads about the rooms while people write, and who cannot read it."""

from pathlib import Path

from tests.clients import YClient
from tests.product import Product, until

EVENT, DRAFT = "river", "what-we-ask-for-along-the-river"


def measured(product: Product, name: str, **headers: str) -> float:
    status, body, _ = product.http("GET", "/metrics", headers=headers)
    assert status == 200
    (line,) = [line for line in body.decode().splitlines() if line.split(" ")[0] == name]
    return float(line.split(" ")[1])


def test_rooms_are_counted_as_they_open_fill_and_refuse(tmp_path: Path):
    product = Product(tmp_path).start()
    try:
        tokens = {
            name: product.command("invite", EVENT, "--role", role, "--name", name)["token"]
            for name, role in (("ada", "editor"), ("cy", "contributor"))
        }
        address = f"ws://127.0.0.1:{product.port}/yjs/{EVENT}/{DRAFT}?token="
        assert measured(product, "drafting_rooms") == 0
        ada, cy = YClient(address + tokens["ada"]).connect(), YClient(address + tokens["cy"]).connect()
        assert ada.synced.wait(10) and cy.synced.wait(10)
        for word in ("one ", "two ", "three "):
            ada.type(word)
        until(lambda: cy.text.endswith("one two three "))
        assert (measured(product, "drafting_rooms"), measured(product, "drafting_members")) == (1, 2)
        assert measured(product, "drafting_greenlets") >= 2
        assert measured(product, "drafting_edits_total") >= 3
        assert measured(product, "drafting_to_disk_seconds_count") >= 1
        assert 0 < measured(product, "drafting_to_broadcast_seconds_sum") < 60
        cy.type("not mine to write")
        until(lambda: measured(product, 'drafting_refused_total{reason="no_right"}') >= 1)
        assert measured(product, "process_open_fds") > 3
        ada.leave()
        until(lambda: measured(product, "drafting_members") < 2)

        assert product.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})[0] == 404
        assert "ada" not in product.get("/metrics")[1]
        product.kill()
        product.environ["DRAFTING_METRICS_TOKEN"] = "open sesame"
        product.start()
        assert product.get("/metrics")[0] == 404
        assert product.get("/metrics", headers={"Authorization": "Bearer sesame"})[0] == 404
        assert measured(product, "drafting_rooms", Authorization="Bearer open sesame") == 0
    finally:
        product.kill()

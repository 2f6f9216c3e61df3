"""The commands that keep an installation: backup while people write, back from it, and the doctor."""

import shutil
import sqlite3
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.config import Settings
from drafting.db import Database, now, prepare
from drafting.events import images
from drafting.events.stripping import strip
from drafting.paths import ROOT
from tests.clients import YClient
from tests.events import albums
from tests.product import COMMAND, Product, running, until
from tests.redactor import takes_out


def refused(product: Product, *words: str) -> str:
    done = subprocess.run([*COMMAND, *words], cwd=ROOT, env=product.everything(), capture_output=True, text=True)
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def room(product: Product, token: str) -> YClient:
    client = YClient(f"ws://127.0.0.1:{product.port}/yjs/bar/minutes?token={token}").connect()
    assert client.synced.wait(10)
    return client


def test_everything_comes_back_from_a_backup_with_a_new_epoch_and_posts_held(tmp_path: Path) -> None:
    with running(tmp_path / "here") as product:
        people = product.world()
        bob, ada = room(product, people["bob"]), room(product, people["ada"])
        bob.type("# Minutes\n\nBefore the backup.\n")
        until(lambda: "Before the backup." in ada.text)
        assert product.accept(people["ada"], product.put_forward(people["bob"]))[0] == 200
        until(lambda: product.command("record", "verify", "bar") == {"ok": True})
        product.command("record", "rotate-key")
        keys = product.get("/.well-known/allowed_signers")[1]
        assert keys.count("ssh-ed25519") == 2
        file = tmp_path / "kept.tar.gz"
        assert product.command("backup", str(file))["bytes"] > 1000
        assert file.stat().st_mode & 0o077 == 0, "a backup holds the keys"
        tip = product.command("record", "rebuild", "bar")["tip"]
        epoch = epoch_of(product)

    there = Product(tmp_path / "there")
    there.folder.mkdir()
    there.command("restore", str(file))
    assert epoch_of(there) != epoch
    assert there.command("doctor") == {"ok": True, "problems": []}
    assert there.command("record", "rebuild", "bar")["tip"] == tip
    assert "already" in refused(there, "restore", str(file))
    try:
        there.start()
        assert there.get("/.well-known/allowed_signers")[1] == keys
        assert there.get("/e/bar/minutes/1.md")[1] == "# Minutes\n\nBefore the backup.\n"
        assert room(there, people["ada"]).text == "# Minutes\n\nBefore the backup.\n"
    finally:
        there.kill()


def test_the_worker_makes_the_history_in_one_file_and_an_event_moves_by_command(tmp_path: Path) -> None:
    with running(tmp_path) as product:
        people = product.world()
        bob, ada = room(product, people["bob"]), room(product, people["ada"])
        bob.type("One.\n")
        until(lambda: "One." in ada.text)
        assert product.accept(people["ada"], product.put_forward(people["bob"]))[0] == 200
        until(lambda: product.get("/e/bar/record.bundle.sig")[0] == 200, 60, "no bundle was made")
        assert "The history in one file" in product.get("/e/bar/record")[1]
        file = tmp_path / "bar.zip"
        assert product.command("event", "export", "bar", str(file))["versions"] == 1
        assert "already" in refused(product, "event", "import", str(file))
    there = Product(tmp_path / "there")
    there.folder.mkdir()
    taken = there.command("event", "import", str(file))
    assert (taken["event"], taken["versions"]) == ("bar", 1)
    assert there.command("record", "verify", "bar") == {"ok": True}
    assert there.command("doctor")["ok"]
    file.write_bytes(file.read_bytes()[:500])
    assert "not an archive of an event" in refused(there, "event", "import", str(file))


def test_an_older_backup_beside_a_newer_record_gets_what_it_lacks(tmp_path: Path) -> None:
    file = tmp_path / "kept.tar.gz"
    with running(tmp_path / "here") as product:
        people = product.world()
        bob, ada = room(product, people["bob"]), room(product, people["ada"])
        bob.type("One.\n")
        until(lambda: "One." in ada.text)
        assert product.accept(people["ada"], product.put_forward(people["bob"]))[0] == 200
        until(lambda: product.command("record", "verify", "bar") == {"ok": True})
        product.command("backup", str(file))
        bob.type("Two.\n")
        until(lambda: "Two." in ada.text)
        assert product.accept(people["ada"], product.put_forward(people["bob"]))[0] == 200
        until(lambda: product.command("record", "verify", "bar") == {"ok": True})
        published = product.get("/e/bar/minutes/2.md")[1]
        epoch = epoch_of(product)

    there = Product(tmp_path / "there")
    there.folder.mkdir()
    shutil.copytree(tmp_path / "here" / "repos", there.folder / "repos")
    done = there.command("restore", str(file))
    assert (done["recovered"], done["refused"]) == (1, [])
    assert epoch_of(there) != epoch
    assert there.command("record", "verify", "bar") == {"ok": True}
    try:
        there.start()
        assert there.get("/e/bar/minutes/2.md")[1] == published
        assert "found again" in there.get("/e/bar/minutes/2")[1]
    finally:
        there.kill()


def test_words_that_were_taken_out_after_the_backup_do_not_come_back_with_it(tmp_path: Path) -> None:
    with running(tmp_path / "here") as product:
        people = product.world()
        bob, ada = room(product, people["bob"]), room(product, people["ada"])
        bob.type("Mr Grey of Mill Lane.\n")
        until(lambda: "Mr Grey" in ada.text)
        assert product.accept(people["ada"], product.put_forward(people["bob"]))[0] == 200
        until(lambda: product.command("record", "verify", "bar") == {"ok": True})
        file = tmp_path / "kept.tar.gz"
        product.command("backup", str(file))
        takes_out(product.database_file, "minutes", "Mr Grey", "the name of somebody")
        published = product.get("/e/bar/minutes/1.md")[1]
        tip = product.command("record", "rebuild", "bar")["tip"]
        assert product.command("doctor")["ok"]
    assert "Mr Grey" not in published and "the name of somebody" in published

    there = Product(tmp_path / "there")
    there.folder.mkdir()
    shutil.copytree(tmp_path / "here" / "repos", there.folder / "repos")
    done = there.command("restore", str(file))
    assert (done["recovered"], done["replaced"], done["refused"]) == (0, 1, [])
    assert there.command("doctor")["ok"]
    assert there.command("record", "rebuild", "bar")["tip"] == tip
    try:
        there.start()
        assert there.get("/e/bar/minutes/1.md")[1] == published
        assert "Words were taken out of this version" in there.get("/e/bar/minutes/1")[1]
        until(lambda: "Redaction: 1" in there.get("/e/bar/-/redactions/1.txt")[1], why="no statement")
    finally:
        there.kill()


def test_pictures_come_back_from_a_backup_and_the_doctor_misses_one(tmp_path: Path, settings: Settings) -> None:
    here, there = Product(tmp_path / "here"), Product(tmp_path / "there")
    for product in (here, there):
        product.folder.mkdir()
    here.world()
    settings = replace(settings, data=here.folder / "data")
    database = Database(prepare(sa.create_engine(settings.database)))
    picture = strip(albums.photograph(), settings.limits.image_pixels)
    with images.laid_aside(settings.images, 1, picture) as aside, database.write() as session:
        images.keep(session, aside, picture, event_id=1, by=None, at=now(), most_bytes=10**6)
    database.close()
    (settings.images / "1" / ".half").write_bytes(b"on its way in")

    file = tmp_path / "kept.tar.gz"
    here.command("backup", str(file))
    with pytest.raises(AssertionError, match="is there already"):
        here.command("backup", str(file))
    here.command("backup", str(file), "--force")
    there.command("restore", str(file))
    kept = list((there.folder / "data" / "images").rglob("*.*"))
    assert [path.name for path in kept] == [f"{picture.digest}.jpeg"]
    assert kept[0].read_bytes() == picture.data
    assert there.command("doctor")["ok"]
    kept[0].unlink()
    assert picture.digest in refused(there, "doctor")


def epoch_of(product: Product) -> str:
    with sqlite3.connect(product.folder / "data" / "drafting.db") as database:
        return str(database.execute("select epoch from draft where slug = 'minutes'").fetchone()[0])


@pytest.mark.parametrize("what", ["not an archive", "another archive", "cut short"])
def test_what_is_no_backup_is_refused_in_words(tmp_path: Path, what: str) -> None:
    product = Product(tmp_path / "house")
    product.folder.mkdir()
    file = tmp_path / "file"
    if what == "not an archive":
        file.write_bytes(b"garbage" * 100)
    else:
        with tarfile.open(file, "w:gz") as archive:
            archive.add(__file__, "../../escape.py")
        if what == "cut short":
            file.write_bytes(file.read_bytes()[:200])
    assert "not a backup of ours" in refused(product, "restore", str(file))
    assert not (tmp_path / "escape.py").exists()


def test_the_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    product = Product(tmp_path / "house")
    product.folder.mkdir()
    product.world()
    assert product.command("doctor")["ok"]
    (product.folder / "data" / "keys" / "record_ed25519").chmod(0o644)
    assert "record_ed25519" in refused(product, "doctor")


def test_a_hidden_event_answers_not_found_until_it_is_put_back(tmp_path: Path) -> None:
    with running(tmp_path) as product:
        product.world()
        product.command("event", "hide", "bar")
        for path in (
            "/e/bar",
            "/e/bar/minutes",
            "/e/bar/feed.atom",
            "/e/bar/record.git/info/refs?service=git-upload-pack",
        ):
            assert product.get(path)[0] == 404, path
        assert "Bar event" not in product.get("/")[1]
        product.command("event", "hide", "bar", "--show")
        assert product.get("/e/bar")[0] == 200


def test_a_second_server_on_the_same_data_is_kept_away_and_ctrl_c_ends_the_first_cleanly(tmp_path: Path) -> None:
    with running(tmp_path) as product:
        words = refused(product, "run", "--port", "0")
        assert "already being served" in words
        people = product.ways_in()
        assert product.stop() == 0
        product.start()
        assert product.get("/e/river/what-we-ask-for-along-the-river")[0] == 200
        assert product.get(people["join"])[0] == 200, "the links of the first start stay good"

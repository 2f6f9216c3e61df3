"""What browsers keep to open a text without a network: no word of it, and nothing for somebody else; and what is sent
is small.
"""

import gzip
import json
import re

from drafting.paths import folder
from tests.web.visitor import Visitor
from tests.web.world import World

SECRET = "Nobody has read this but the room."


def test_the_page_that_is_kept_has_no_word_of_the_text_and_no_token(world: World) -> None:
    event = world.event()
    draft = world.draft(event, "Minutes")
    ada = world.member(event, "drafter", "Ada")
    world.writes(ada, draft, SECRET)
    writer = world.signed_in(ada)
    live = writer.opens("/e/river/minutes/live")
    assert SECRET in live.text
    page = writer.opens("/e/river/-/shell/minutes")
    assert page.status == 200 and SECRET not in page.source and "Minutes" in page.text
    assert {form.fields.get("csrf_token") for form in page.forms if "csrf_token" in form.fields} == {""}
    settings = json.loads(re.findall(r'id="live-settings">(.*?)</script>', page.source)[0])
    assert (settings["csrf"], settings["kept"]) == ("", True)
    assert settings["person"]["id"] == ada.id


def test_only_whoever_may_read_the_live_text_gets_the_page_or_a_seat(world: World, reader: Visitor) -> None:
    world.draft(world.event(), "Minutes")
    for path in ("/e/river/-/shell/minutes", "/e/river/-/seat/minutes"):
        assert reader.opens(path).status == 401
        assert reader.opens(path.replace("minutes", "%F0%9F%98%80")).status in (401, 404)


def test_a_seat_comes_with_a_token_that_is_good_now(world: World) -> None:
    event = world.event()
    world.draft(event, "Minutes")
    ada = world.member(event, "drafter", "Ada")
    writer = world.signed_in(ada)
    seat = writer.asks("/e/river/-/seat/minutes").json
    assert seat is not None and seat["person"]["id"] == ada.id and seat["mayWrite"]
    assert writer.posts("/-/keeping", csrf_token=seat["csrf"], keep="no").status == 200


def test_whether_a_device_keeps_copies_is_asked_on_the_live_page_and_on_ones_own(world: World) -> None:
    event = world.event()
    world.draft(event, "Minutes")
    writer = world.signed_in(world.member(event, "drafter", "Ada"))
    for path in ("/e/river/minutes/live", "/-/you"):
        page = writer.opens(path)
        form = next(form for form in page.forms if form.action == "/-/keeping")
        assert "Keep no copy here" in form.buttons
        answer = writer.posts("/-/keeping", **{**form.fields, "keep": "no"})
        assert answer.path == path
        page = writer.opens(path)
        form = next(form for form in page.forms if form.action == "/-/keeping")
        assert "Keep a copy here" in form.buttons
        writer.posts("/-/keeping", **{**form.fields, "keep": "yes"})


def test_whoever_says_where_to_go_afterwards_is_sent_nowhere_else(world: World) -> None:
    writer = world.signed_in(world.member(world.event(), "drafter", "Ada"))
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "", "x" * 5000, "/e/river\n"):
        form = next(form for form in writer.opens("/-/you").forms if form.action == "/-/keeping")
        assert writer.posts("/-/keeping", **{**form.fields, "keep": "yes", "back": back}).path == "/-/you"


def test_signing_out_tells_the_browser_to_forget(world: World) -> None:
    writer = world.signed_in(world.member(world.event(), "drafter", "Ada"))
    form = next(form for form in writer.opens("/-/you").forms if form.action == "/-/leave")
    answer = writer._client.post("/-/leave", data=form.fields)
    assert answer.status_code == 303 and answer.headers["Clear-Site-Data"] == '"storage"'


def test_the_worker_speaks_for_events_only_and_is_asked_for_anew(reader: Visitor) -> None:
    answer = reader.asks("/-/offline.js")
    assert answer.status_code == 200 and answer.mimetype in ("text/javascript", "application/javascript")
    assert answer.headers["Service-Worker-Allowed"] == "/e/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]


def test_files_and_pages_are_small_on_the_way_and_whole_at_the_end(world: World, reader: Visitor) -> None:
    world.event()
    for path in ("/", "/static/dist/live.js", "/static/css/layout.css"):
        plain, small = reader.asks(path), reader.asks(path, **{"Accept-Encoding": "br, gzip"})
        assert "Content-Encoding" not in plain.headers and small.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in small.headers["Vary"]
        assert len(small.data) * 3 < len(plain.data) * 2
        if path != "/":  # pages have a token of their own each time
            assert gzip.decompress(small.data) == plain.data
            etag = small.headers["ETag"]
            again = reader.asks(path, **{"Accept-Encoding": "gzip", "If-None-Match": etag})
            assert (again.status_code, again.data) == (304, b"")
    whole = (folder("static") / "dist" / "live.js").read_bytes()
    part = reader.asks("/static/dist/live.js", **{"Accept-Encoding": "gzip", "Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, whole[:10])


def test_parts_of_a_script_may_be_kept_for_ever_because_their_name_is_their_content(reader: Visitor) -> None:
    part = next((folder("static") / "dist").glob("part-*.js"))
    assert "immutable" in reader.asks(f"/static/dist/{part.name}").headers["Cache-Control"]
    assert "immutable" not in reader.asks("/static/dist/live.js").headers["Cache-Control"]

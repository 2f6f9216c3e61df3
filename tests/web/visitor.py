"""Somebody with a browser that runs no script: opens pages, reads them, fills in forms and presses buttons."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from werkzeug.test import TestResponse

UNTOLD = ("script", "style", "title", "option")


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """An answer as somebody sees it: its words, links and forms."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.status = response.status_code
        self.headers = response.headers
        self.path = response.request.path
        self.source = response.get_data(as_text=True)
        self.title = ""
        self.links: dict[str, str] = {}
        self.forms: list[Form] = []
        self.styles: list[str] = []
        self._words: list[str] = []
        self._open: list[str] = []
        self._link: tuple[str, list[str]] | None = None
        self._area = ""
        self._select = ""
        self._button: list[str] | None = None
        if response.mimetype == "text/html":
            self.feed(self.source)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in UNTOLD:
            self._open.append(tag)
        if tag == "a" and "href" in given:
            self._link = (given["href"], [])
        if tag == "link" and given.get("rel") == "stylesheet":
            self.styles.append(given["href"])
        if tag == "form":
            self.forms.append(Form(given.get("action") or self.path, given.get("method", "get")))
        if self.forms:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        fields = self.forms[-1].fields  # what has no name is not sent
        if (
            tag == "input"
            and "name" in given
            and (given.get("type") not in ("checkbox", "radio") or "checked" in given)
        ):
            fields[given["name"]] = given.get("value", "")
        if tag == "textarea" and "name" in given:
            self._area = given["name"]
            fields[self._area] = ""
        if tag == "select":
            self._select = given["name"]
        if tag == "option" and ("selected" in given or self._select not in fields):
            fields[self._select] = given.get("value", "")
        if tag == "button":
            self._button = []

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        if tag == "a" and self._link:
            self.links[" ".join("".join(self._link[1]).split())] = self._link[0]
            self._link = None
        if tag == "textarea" and self._area:
            self.forms[-1].fields[self._area] = self.forms[-1].fields[self._area].removeprefix("\n")
            self._area = ""
        if tag == "button" and self._button is not None:
            self.forms[-1].buttons.append(" ".join("".join(self._button).split()))
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._open:
            self.title += data if self._open[-1] == "title" else ""
            return
        if self._area:
            self.forms[-1].fields[self._area] += data
        if self._link:
            self._link[1].append(data)
        if self._button is not None:
            self._button.append(data)
        self._words.append(data)


class Visitor:
    """One browser with its cookies. `page` is what it shows."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()
        self.page: Page

    def opens(self, path: str) -> Page:
        """Follow redirects, as browsers do."""
        return self._shows(self._client.get(path, follow_redirects=True))

    def asks(self, path: str, **headers: str) -> TestResponse:
        """The bare answer to a GET; `If_None_Match="…"` sends that header."""
        return self._client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    @staticmethod
    def reads(answer: TestResponse) -> Page:
        """A file that was taken away, opened elsewhere."""
        return Page(answer)

    def follows(self, words: str) -> Page:
        """Press the link with these words."""
        return self.opens(self.page.links[words])

    def presses(self, button: str, **typed: str) -> Page:
        """Type into the form with this button and press it."""
        form = next((form for form in self.page.forms if button in form.buttons), None)
        assert form is not None, f"no button {button!r} on {self.page.path}: {[f.buttons for f in self.page.forms]}"
        said = {**form.fields, **typed}
        if form.method == "get":
            return self._shows(self._client.get(form.action, query_string=said, follow_redirects=True))
        return self.posts(form.action, **said)

    def leaves_by(self, button: str, **typed: str) -> str:
        """Press a button that leads to another place; its address."""
        form = next(form for form in self.page.forms if button in form.buttons)
        answer = self._client.post(form.action, data={**form.fields, **typed})
        if answer.status_code != 303:
            self._shows(answer)
        assert answer.status_code == 303, self.page.text
        return answer.headers["Location"]

    def posts(self, path: str, **fields: str) -> Page:
        """What a form with these fields would send."""
        return self._shows(self._client.post(path, data=fields, follow_redirects=True))

    def sends_json(self, path: str, said: object, token: str) -> TestResponse:
        """What a script of ours would send; bytes as they are."""
        headers = {"X-CSRFToken": token, "Accept": "application/json"}
        if isinstance(said, bytes):
            return self._client.post(path, data=said, content_type="application/json", headers=headers)
        return self._client.post(path, json=said, headers=headers)

    def _shows(self, response: TestResponse) -> Page:
        self.page = Page(response)
        return self.page

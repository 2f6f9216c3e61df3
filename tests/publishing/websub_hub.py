"""A WebSub hub and a subscriber, as www.w3.org/TR/websub describes them. They misbehave on demand."""

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from tests.publishing.receiver import Handler, Message, Receiver, status


@dataclass(frozen=True)
class Subscription:
    topic: str
    callback: str
    secret: str


@dataclass
class Hub(Receiver):
    """`told` are the topics that a publisher named; a topic that did not change is not passed on again."""

    subscriptions: list[Subscription] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    passed_on: dict[str, bytes] = field(default_factory=dict)
    busy: threading.Lock = field(default_factory=threading.Lock)


class HubHandler(Handler):
    def well(self, message: Message) -> None:
        hub = self.receiver
        assert isinstance(hub, Hub)
        form = {name: values[0] for name, values in parse_qs(message.body.decode()).items()}
        if form.get("hub.mode") == "publish" and form.get("hub.url"):
            hub.told.append(form["hub.url"])
            status(202)(self)
            threading.Thread(target=pass_on, args=(hub, form["hub.url"]), daemon=True).start()
        elif form.get("hub.mode") == "subscribe":
            status(202)(self)
            wanted = Subscription(form["hub.topic"], form["hub.callback"], form["hub.secret"])
            threading.Thread(target=ask_for_intent, args=(hub, wanted), daemon=True).start()
        else:
            status(400)(self)


def ask_for_intent(hub: Hub, wanted: Subscription) -> None:
    challenge = secrets.token_urlsafe()
    asked = {"hub.mode": "subscribe", "hub.topic": wanted.topic, "hub.challenge": challenge, "hub.lease_seconds": "600"}
    answer = httpx.get(f"{wanted.callback}?{urlencode(asked)}", trust_env=False)
    if answer.status_code == 200 and answer.text == challenge:
        hub.subscriptions.append(wanted)


def pass_on(hub: Hub, topic: str) -> None:
    answer = httpx.get(topic, trust_env=False)
    with hub.busy:
        if answer.status_code != 200 or hub.passed_on.get(topic) == answer.content:
            return
        hub.passed_on[topic] = answer.content
        for each in [each for each in hub.subscriptions if each.topic == topic]:
            digest = hmac.new(each.secret.encode(), answer.content, hashlib.sha256).hexdigest()
            headers = {
                "Content-Type": answer.headers["Content-Type"],
                "Link": f'<{hub.url}>; rel="hub", <{topic}>; rel="self"',
                "X-Hub-Signature": f"sha256={digest}",
            }
            httpx.post(each.callback, content=answer.content, headers=headers, trust_env=False)


@dataclass
class Subscriber(Receiver):
    """`got` is what came with the right signature."""

    topic: str = ""
    secret: str = "between us"
    confirmed: threading.Event = field(default_factory=threading.Event)
    got: list[bytes] = field(default_factory=list)

    def subscribes(self, topic: str) -> None:
        """Find the hub and the feed's own address where the feed names them, and ask there."""
        links = httpx.get(topic, trust_env=False).headers["Link"]
        hub, own = (part.split(";")[0].strip(" <>") for part in links.split(","))
        self.topic = own
        form = {"hub.mode": "subscribe", "hub.topic": own, "hub.callback": self.url, "hub.secret": self.secret}
        assert httpx.post(hub, data=form, trust_env=False).status_code == 202


class SubscriberHandler(Handler):
    def well(self, message: Message) -> None:
        mine = self.receiver
        assert isinstance(mine, Subscriber)
        if message.method == "GET":
            asked = {name: values[0] for name, values in parse_qs(urlsplit(message.path).query).items()}
            if asked.get("hub.topic") != mine.topic:
                return status(404)(self)
            self.say(200, asked["hub.challenge"].encode(), "text/plain")
            mine.confirmed.set()
        else:
            digest = hmac.new(mine.secret.encode(), message.body, hashlib.sha256).hexdigest()
            if message.headers["x-hub-signature"] == f"sha256={digest}":
                mine.got.append(message.body)
            status(204)(self)
        return None

"""Settings: every knob with its default, read once from `DRAFTING_*` variables or an `.env` file."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .errors import Invalid

DEFAULT_BASE_URL = "http://127.0.0.1:8000"
SERVED = re.compile(r"http://(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}")
ADDRESS_FILE = "address"
"""In the data folder: where an installation that was given no address was last served."""
PICTURES = "/-/images"
"""How the one address ends that takes pictures."""
INBOX = "/inbox"
"""How the addresses end to which other servers bring what their people do."""
FORM_AROUND_BYTES = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, rates in what the name says. Each is a `DRAFTING_LIMIT_<NAME>` variable."""

    request_bytes: int = 2 * 1024 * 1024
    image_bytes: int = 5 * 1024 * 1024
    image_pixels: int = 50_000_000
    """What a picture may unfold to; a process of the pool needs up to eight bytes for each."""
    images_bytes_per_event: int = 500 * 1024 * 1024
    inbox_bytes: int = 256 * 1024
    """Of one activity from another server; a long post with pictures described is a tenth of that."""
    inbox_threads: int = 6
    """Two of them may be asking other servers about keys (`LOOKING_AT_ONCE`)."""
    inbox_waiting: int = 16
    """Activities that may wait for them; who comes then is told to come back, which other servers do."""
    clone_request_bytes: int = 1024 * 1024
    clones_at_once: int = 4
    clone_timeout_s: int = 120
    frame_bytes: int = 1024 * 1024
    document_bytes: int = 5 * 1024 * 1024
    journal_bytes: int = 50 * 1024 * 1024
    awareness_bytes: int = 4 * 1024
    frames_per_s: int = 400
    """Of one connection. People send five; a script that replays a long history is read at this pace."""
    frames_burst: int = 1000
    unread_bytes: int = 16 * 1024 * 1024
    """What may wait for one slow reader of a draft; beyond, the connection ends and comes back."""
    silence_s: int = 60
    """A connection from which nothing has come for so long, pings included, is gone."""
    members_per_room: int = 500
    seats_per_person: int = 10
    rooms_per_person: int = 20
    connect_timeout_s: int = 20
    idle_room_s: int = 300
    preview_bytes: int = 1024 * 1024
    page_threads: int = 16
    pool_processes: int = 2
    pool_waiting: int = 10
    """Pages that may wait for the pool at once; fewer than the threads, so that light pages go on."""
    sign_in_link_minutes: int = 60 * 24
    session_days: int = 14
    notes_wait_minutes: int = 10
    journal_days_after_close: int = 30
    concern_days: int = 3
    """In which whoever runs an event answers somebody who says that something is about them."""
    strike_characters: int = 5000

    def body_bytes(self, path: str) -> int:
        """The largest body a request to `path` may have: pictures are larger than what people type, and what other
        servers send is smaller.
        """
        if path.endswith(INBOX):
            return self.inbox_bytes
        return self.image_bytes + FORM_AROUND_BYTES if path.endswith(PICTURES) else self.request_bytes


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed in. `tls`: `no`, `starttls`, or `at once`; `sender`: the address that they come from."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""


@dataclass(frozen=True)
class Settings:
    """What an installation can choose. Paths are absolute."""

    data: Path
    repo_store: Path
    base_url: str = DEFAULT_BASE_URL
    base_url_given: bool = False
    database_url: str = ""
    trusted_proxies: int = 0
    rate_limit_storage: str = "memory://"
    operator_contact: str = ""
    metrics_token: str = ""
    """What whoever reads /metrics from another machine must say."""
    allow_private_webhooks: bool = False
    """Whether webhooks may go to addresses of the own network; only for installations that trust their facilitators."""
    websub_hub: str = ""
    """Where subscribers of feeds of public events are told of news: www.w3.org/TR/websub. Nowhere if empty."""
    mail: MailServer | None = None
    """Without one nobody can be written to."""
    timestamp_authority: str = ""
    """Where time-stamps by RFC 3161 are asked for; nowhere if empty."""
    timestamp_roots: Path | None = None
    """The certificates in which that authority's end, as PEM; without them nothing it says can be checked."""
    limits: Limits = Limits()

    @property
    def database(self) -> str:
        """SQLAlchemy address; SQLite in the data folder unless another is named."""
        return self.database_url or f"sqlite:///{self.data / 'drafting.db'}"

    @property
    def host(self) -> str:
        """Host name without port, for identities in the record."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def images(self) -> Path:
        """Folder of all pictures."""
        return self.data / "images"

    @property
    def kept(self) -> Path:
        """Folder of what was worked out of published texts; it can be deleted at any time."""
        return self.data / "kept"

    @property
    def pictures(self) -> Path:
        """Folder of the pictures that posts show; they can be made again."""
        return self.kept / "pictures"

    @property
    def heartbeat(self) -> Path:
        """File that the worker touches while it lives."""
        return self.data / "worker.alive"

    @property
    def parcels(self) -> Path:
        """Folder of what is made ahead for people to fetch. All of it can be made again."""
        return self.data / "parcels"

    def key_file(self, name: str) -> Path:
        """`<data>/keys/<name>`; the folder is there and closed to others."""
        folder = self.data / "keys"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder / name

    def secret(self, name: str) -> bytes:
        """32 random bytes that this installation keeps for `name`, made on first use, mode 0600.

        Two processes that start at once agree: whoever links the file first wins.
        """
        path = self.key_file(name)
        if not path.exists():
            fresh = path.with_name(f".{name}.{secrets.token_hex(4)}")
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass  # the other process was first; its secret is the one
            finally:
                fresh.unlink()
        return path.read_bytes()


def load(home: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings of the installation in `home`. Raises Invalid with the variable's name if one cannot be read."""
    data = Path(environ.get("DRAFTING_DATA", home / "var")).absolute()
    base_url = environ.get("DRAFTING_BASE_URL", "").rstrip("/") or _last_served(data)
    if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).netloc:
        raise Invalid("DRAFTING_BASE_URL must be a full address such as https://drafts.example.org")
    authority, roots = _authority(environ)
    private = environ.get("DRAFTING_ALLOW_PRIVATE_WEBHOOKS", "") == "1"
    return Settings(
        data=data,
        repo_store=Path(environ.get("DRAFTING_REPO_STORE", home / "repo_store")).absolute(),
        base_url=base_url,
        base_url_given=bool(environ.get("DRAFTING_BASE_URL")),
        database_url=environ.get("DRAFTING_DATABASE", ""),
        trusted_proxies=_number(environ, "DRAFTING_TRUSTED_PROXIES", 0),
        rate_limit_storage=environ.get("DRAFTING_RATE_LIMIT_STORAGE", "memory://"),
        metrics_token=environ.get("DRAFTING_METRICS_TOKEN", ""),
        operator_contact=environ.get("DRAFTING_OPERATOR_CONTACT", ""),
        allow_private_webhooks=private,
        websub_hub=_hub(environ, private),
        mail=_mail(environ),
        timestamp_authority=authority,
        timestamp_roots=roots,
        limits=_limits(environ),
    )


def _last_served(data: Path) -> str:
    """What `remember_address` wrote; whatever else is there counts for nothing."""
    try:
        said = (data / ADDRESS_FILE).read_text(encoding="ascii").removesuffix("\n")
    except (OSError, UnicodeDecodeError):
        return DEFAULT_BASE_URL
    return said if SERVED.fullmatch(said) else DEFAULT_BASE_URL


def remember_address(settings: Settings) -> None:
    """An installation that was given no address is served at this one: from now on every command names it."""
    (settings.data / ADDRESS_FILE).write_text(settings.base_url + "\n", encoding="ascii")


def address_of(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _hub(environ: Mapping[str, str], private: bool) -> str:
    """An address that can stand in a header and in XML as it is."""
    address = environ.get("DRAFTING_WEBSUB_HUB", "")
    if address and not re.fullmatch(
        rf"https{'?' if private else ''}://[\w.-]+(?::\d{{1,5}})?(?:/[\w.~%/?=-]*)?", address, re.A
    ):
        raise Invalid("DRAFTING_WEBSUB_HUB must be a full address such as https://hub.example.org/")
    return address


MAIL_PORTS = {"smtp": (25, "no"), "smtp+starttls": (587, "starttls"), "smtps": (465, "at once")}
"""By scheme: the port that is meant if none is named, and how what is said is kept from others."""


def _mail(environ: Mapping[str, str]) -> MailServer | None:
    """The server that takes letters, and from whom they are; both or neither."""
    address, sender = environ.get("DRAFTING_SMTP", ""), environ.get("DRAFTING_MAIL_FROM", "")
    if not address and not sender:
        return None
    parts = urlsplit(address)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in MAIL_PORTS or not host or parts.path.strip("/"):
        raise Invalid("DRAFTING_SMTP must be an address such as smtp+starttls://name:password@mail.example.org:587")
    if not re.fullmatch(r"[^\s@<>\"]{1,64}@[A-Za-z0-9.-]{1,190}", sender):
        raise Invalid("DRAFTING_MAIL_FROM must be the address that letters come from, such as drafts@example.org")
    usual, tls = MAIL_PORTS[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and tls == "no" and host not in ("localhost", "127.0.0.1", "::1"):
        raise Invalid("DRAFTING_SMTP would send the password for everybody to read: use smtp+starttls:// or smtps://")
    return MailServer(host, port or usual, tls, user, password, sender)


def _authority(environ: Mapping[str, str]) -> tuple[str, Path | None]:
    """The authority's address and the file with its root certificates; neither if no authority is named."""
    address, roots = environ.get("DRAFTING_TIMESTAMP_AUTHORITY", ""), environ.get("DRAFTING_TIMESTAMP_ROOTS", "")
    if not address:
        return "", None
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname or "@" in address:
        raise Invalid("DRAFTING_TIMESTAMP_AUTHORITY must be a full address such as https://stamps.example.org/tsa")
    if not roots or not Path(roots).is_file():
        raise Invalid("DRAFTING_TIMESTAMP_ROOTS must name a file with the certificates that the authority's end in")
    return address, Path(roots).absolute()


def _limits(environ: Mapping[str, str]) -> Limits:
    chosen = {f.name: _number(environ, f"DRAFTING_LIMIT_{f.name.upper()}", f.default) for f in fields(Limits)}
    return replace(Limits(), **chosen)


def _number(environ: Mapping[str, str], name: str, default: object) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise Invalid(f"{name} must be a whole number, not {text[:40]!r}")
    return int(text)

"""`create_app`: the only module that knows every part."""

from dataclasses import dataclass

from flask import Flask
from flask_limiter import Limiter
from flask_migrate import Migrate
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from . import paths, tables
from .config import Settings, load
from .drafts.rooms import Rooms
from .installation import open_installation
from .pool import Inline, Pool, Processes
from .web import (
    api,
    blueprints,
    compressing,
    errors,
    headers,
    health,
    inboxes,
    metrics,
    pagecache,
    pages,
    rates,
    record,
)
from .web.gateway import Gateway, WsgiApp
from .web.lanes import Lane
from .web.renderings import Renderings
from .web.seats import Seats
from .web.services import NAME, Services
from .web.sockets import register as register_sockets
from .web.yjs import YjsEndpoint


def create_app(settings: Settings | None = None, *, pool: Pool | None = None) -> Flask:
    """The whole product as a Flask app: pages and API work under any WSGI server, live rooms under `serve`."""
    settings = settings or load(paths.home())
    app = Flask("drafting", template_folder=str(paths.folder("templates")), static_folder=str(paths.folder("static")))
    configure(app, settings)
    sql = SQLAlchemy(metadata=tables.METADATA, session_options={"expire_on_commit": False})
    sql.init_app(app)
    with app.app_context():
        installation = open_installation(settings, sql.engine)
    Migrate(app, sql, directory=str(paths.folder("migrations")), render_as_batch=True)
    app.extensions[NAME] = Services(
        **vars(installation),
        sql=sql,
        pool=pool or Inline(),
        renderings=Renderings(settings.kept / "renderings"),
        rooms=Rooms(installation.database, settings.limits, pool),
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(errors.refuse_oversized)
    csrf = CSRFProtect(app)
    compressing.register(app)
    headers.register(app, https=settings.https)
    pagecache.register(app)
    pages.register(app)
    for blueprint in blueprints.ALL:
        app.register_blueprint(blueprint)
    health.register(app)
    metrics.register(app)
    api.register(app, csrf)
    errors.register(app)
    rates.register(app, Limiter(rates.who, app=app, storage_uri=settings.rate_limit_storage, strategy="moving-window"))
    return app


def configure(app: Flask, settings: Settings) -> None:
    limits = settings.limits
    app.config.update(
        SECRET_KEY=settings.secret("session").hex(),
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": limits.page_threads + 4, "max_overflow": 8},
        MAX_CONTENT_LENGTH=limits.request_bytes,
        SESSION_COOKIE_NAME="drafting",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        PERMANENT_SESSION_LIFETIME=limits.session_days * 24 * 3600,
        SESSION_REFRESH_EACH_REQUEST=False,  # web/identity.py does it once a day
        WTF_CSRF_TIME_LIMIT=None,  # a page may stay open for both days of an event; the session still ends the token
        WTF_CSRF_SSL_STRICT=False,  # Referer may be stripped; the token and SameSite do the work
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


@dataclass(frozen=True)
class Site:
    """The app behind its door: what a server runs."""

    app: Flask
    gateway: Gateway
    sockets: SocketIO

    @property
    def services(self) -> Services:
        found = self.app.extensions[NAME]
        assert isinstance(found, Services)
        return found


def create_site(settings: Settings) -> Site:
    """Everything the serving process needs: pages in threads, sockets on the loop, pure work in processes."""
    limits = settings.limits
    app = create_app(settings, pool=Processes(limits.pool_processes, waiting=limits.pool_waiting))
    services = app.extensions[NAME]
    pages_app = app.wsgi_app
    sockets = SocketIO(
        app,
        async_mode="gevent",
        async_handlers=False,  # frames of one client stay in order
        max_http_buffer_size=limits.frame_bytes + 4096,
        manage_session=False,
    )
    socket_app = app.wsgi_app
    app.wsgi_app = pages_app  # type: ignore[method-assign]
    seats = Seats(app)
    register_sockets(sockets, services.rooms, seats, limits)
    live: dict[str, WsgiApp] = {
        "/healthz": health.alive,
        "/socket.io/": socket_app,
        "/yjs/": YjsEndpoint(services.rooms, seats, limits),
    }
    gateway = Gateway(
        pages_app,
        live,
        kept=pagecache.PageCache(services.generation, services.rooms.meters.registry),
        threads=limits.page_threads,
        streams=limits.clones_at_once,
        lanes=(
            Lane(
                record.is_copying,
                threads=limits.clones_at_once,
                waiting=4 * limits.clones_at_once,
                full="Many people are copying the public history right now. Please try again in a minute.\n",
            ),
            Lane(
                inboxes.is_one,
                threads=limits.inbox_threads,
                waiting=limits.inbox_waiting,
                full="Too much arrives at once. Please try again in a minute.\n",
                refuses=inboxes.doorkeeper(app),
            ),
        ),
        body_limit=limits.body_bytes,
    )
    return Site(app, gateway, sockets)

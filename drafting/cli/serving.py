"""The serving process: one port, the worker beside it, and a clean end."""

import contextlib
import fcntl
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import gevent
from gevent.event import Event
from gevent.pywsgi import WSGIServer

from ..app import Site
from ..config import remember_address
from ..errors import Busy
from ..web.bulletin import Bulletin
from ..web.timekeeper import Timekeeper

STOP_S = 5
SWITCH_S = 0.0001  # a thread that comes back from the disk must not wait 5 ms for the loop to pause
GARBAGE = 20_000, 20, 20  # objects made before the young are looked through, and rounds of that before the older
RESTART_S = (0.5, 1, 2, 5, 10, 30)

log = logging.getLogger(__name__)


@contextlib.contextmanager
def alone(data: Path) -> Iterator[None]:
    """Keep a second serving process away from the same data: rooms live in one process. Raises Busy."""
    data.mkdir(parents=True, exist_ok=True)
    with open(data / "serving.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("This installation is already being served by another process.") from None
        yield


def serve(site: Site, host: str, port: int, environ: dict[str, str]) -> None:
    """Serve until SIGINT or SIGTERM: then take no more, put everything on disk, tell the browsers to come back, and
    end.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    sys.setswitchinterval(SWITCH_S)
    stop = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(name, stop.set)
    try:
        listener = _listen(host, port)
    except OSError as error:
        raise Busy(f"Port {port} on {host} cannot be used: {error.strerror}. Choose another with --port.") from error
    if not site.services.settings.base_url_given:
        remember_address(site.services.settings)
    server = WSGIServer(listener, site.gateway, log=None, error_log=_Quiet())
    worker = WorkerProcess(environ)
    bulletin, timekeeper = Bulletin(site.services), Timekeeper(site.services)
    site.services.database.written += [worker.wake, bulletin.wake]
    site.services.rooms.start()
    worker.start()
    bulletin.start()
    timekeeper.start()
    _spare_what_stays()
    server.start()
    site.services.pool.warm_up()
    try:
        stop.wait()
    finally:
        print("Stopping: what was typed is being put on disk …", file=sys.stderr, flush=True)
        server.close()
        site.services.rooms.close_all()
        bulletin.stop()
        timekeeper.stop()
        worker.stop()
        server.stop(timeout=STOP_S)
        site.services.pool.close()
        site.services.database.close()
    os._exit(0)  # native threads of requests that are still waiting must not hold the end up


def _spare_what_stays() -> None:
    """Look for garbage less often, and not among what was loaded to stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def _listen(host: str, port: int) -> gevent.socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = gevent.socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # An answer goes out in two pieces, and the second would wait 40 ms for somebody to confirm the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind((host, port))
    listener.listen(1024)
    return listener


class WorkerProcess:
    """The worker as a child: woken through a socketpair, started again when it dies, ended by closing the pair."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._environ = {**os.environ, **environ}
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        threading.Thread(target=self._keep_alive, name="worker-keeper", daemon=True).start()

    def wake(self) -> None:
        """Safe from any thread; a full socket means that the worker is about to look anyway."""
        with contextlib.suppress(OSError):
            self._ours.send(b"!")

    def stop(self) -> None:
        self._stopping.set()
        self._theirs.close()
        self._ours.close()
        if self._process is not None:
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _keep_alive(self) -> None:
        deaths = 0
        program = "from drafting.cli import main; main(prog_name='drafting')"
        while not self._stopping.is_set():
            fd = self._theirs.fileno()
            command = [sys.executable, "-c", program, "worker", "--wake-fd", str(fd)]
            self._process = subprocess.Popen(command, env=self._environ, pass_fds=(fd,), start_new_session=False)
            code = self._process.wait()
            if not self._stopping.is_set():
                log.error("the worker ended and is started again", extra={"code": code, "deaths": deaths})
                self._stopping.wait(RESTART_S[min(deaths, len(RESTART_S) - 1)])
                deaths += 1


class _Quiet:
    """Where the server's own complaints go: our log, without the request line, which may hold a token."""

    def write(self, text: str) -> None:
        if text.strip() and "token=" not in text:
            log.warning("server: %s", text.strip()[:500])

    def flush(self) -> None:
        pass

"""The peers, with the same repository as ours: otterwiki and klaus from PyPI, cgit behind nginx and fcgiwrap.

Debian's packages are unpacked beside the others, never installed. All are on their defaults; gunicorn has two workers
of four threads, fcgiwrap eight processes. cgit's cache is on.
"""

import getpass
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import free_port

from .ours import KEPT

PYPI = {"otterwiki": "otterwiki==2.26.1", "klaus": "klaus"}
DEBIAN = ("cgit", "nginx", "nginx-common", "fcgiwrap", "libfcgi0ldbl", "liblua5.1-0")
ROOT = KEPT / "deb" / "root"
START_S = 60
GUNICORN = ("-w", "2", "--threads", "4")

NGINX = """
user {user}; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; keepalive_requests 1000000;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      include {folder}/params; fastcgi_pass unix:{folder}/socket;
      fastcgi_param SCRIPT_FILENAME {root}/usr/lib/cgit/cgit.cgi;
      fastcgi_param PATH_INFO $uri; fastcgi_param CGIT_CONFIG {folder}/cgitrc;
    }}
    location ~ ^/git/(.*)$ {{
      include {folder}/params; fastcgi_pass unix:{folder}/socket; fastcgi_param SCRIPT_FILENAME {backend};
      fastcgi_param PATH_INFO /$1; fastcgi_param GIT_PROJECT_ROOT {repos}; fastcgi_param GIT_HTTP_EXPORT_ALL 1;
      fastcgi_buffering off;
    }}
  }}
}}
"""
PARAMS = """
fastcgi_param REQUEST_METHOD $request_method; fastcgi_param QUERY_STRING $query_string;
fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length;
fastcgi_param SERVER_NAME localhost; fastcgi_param SERVER_PORT 80; fastcgi_param SERVER_PROTOCOL HTTP/1.1;
fastcgi_param REMOTE_ADDR $remote_addr; fastcgi_param HTTP_HOST $host;
fastcgi_param HTTP_GIT_PROTOCOL $http_git_protocol; fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
"""
CGITRC = """
cache-root={folder}/cache
cache-size=1000
enable-blame=1
enable-commit-graph=0
virtual-root=/
repo.url=river
repo.path={repository}
"""


@dataclass
class Peer:
    """A server of somebody else. `processes` are the leaders of its sessions; `pages` names what it renders."""

    name: str
    port: int
    pages: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def starts(self, command: list[str | Path], environ: Mapping[str, str], folder: Path) -> None:
        with open(folder / f"{self.name}.log", "ab") as log:
            started = subprocess.Popen(
                command, cwd=folder, env={**os.environ, **environ}, stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(started)

    def is_there(self) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=30).read()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        sys.exit(f"{self.name} did not start")

    def ends(self) -> None:
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def fetch() -> None:
    """Once: each from PyPI in an environment of its own, Debian's packages unpacked."""
    for name, wanted in PYPI.items():
        if not (KEPT / name / "bin" / "gunicorn").exists():
            subprocess.run([sys.executable, "-m", "venv", KEPT / name], check=True)
            subprocess.run([KEPT / name / "bin" / "pip", "install", "-q", wanted, "gunicorn"], check=True)
    if not (ROOT / "usr").exists():
        ROOT.mkdir(parents=True)
        subprocess.run(["apt-get", "download", "-q", *DEBIAN], cwd=ROOT.parent, check=True)
        for package in ROOT.parent.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, ROOT], check=True)


@contextmanager
def otterwiki(repository: Path, folder: Path) -> Iterator[Peer]:
    clone = folder / "wiki"
    subprocess.run(["git", "clone", "-q", repository, clone], check=True)
    peer = Peer("otterwiki", free_port())
    environ = {
        "REPOSITORY": str(clone),
        "SECRET_KEY": "0" * 32,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/wiki.db",
        "READ_ACCESS": "ANONYMOUS",
        "SITE_URL": f"http://127.0.0.1:{peer.port}",
    }
    bound = ["--bind", f"127.0.0.1:{peer.port}", *GUNICORN, "--preload"]  # or both workers make its tables
    peer.starts([KEPT / "otterwiki" / "bin" / "gunicorn", *bound, "otterwiki.server:app"], environ, folder)
    yield from _serving(peer)


@contextmanager
def klaus(repository: Path, folder: Path) -> Iterator[Peer]:
    peer = Peer("klaus", free_port())
    environ = {"KLAUS_REPOS": str(repository), "KLAUS_SITE_NAME": "river"}
    bound = ["--bind", f"127.0.0.1:{peer.port}", *GUNICORN]
    command = [KEPT / "klaus" / "bin" / "gunicorn", *bound, "klaus.contrib.wsgi"]
    peer.starts(command, environ, folder)
    yield from _serving(peer)


@contextmanager
def cgit(repository: Path, folder: Path) -> Iterator[Peer]:
    peer = Peer("cgit", free_port())
    (folder / "cache").mkdir()
    backend = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True).stdout.strip()
    (folder / "cgitrc").write_text(CGITRC.format(folder=folder, repository=repository))
    (folder / "params").write_text(PARAMS)
    git = {"backend": f"{backend}/git-http-backend", "repos": repository.parent}
    (folder / "nginx.conf").write_text(
        NGINX.format(user=getpass.getuser(), folder=folder, port=peer.port, root=ROOT, **git)
    )
    libraries = {"LD_LIBRARY_PATH": str(ROOT / "usr/lib/x86_64-linux-gnu")}
    peer.starts([ROOT / "usr/sbin/fcgiwrap", "-c", "8", "-s", f"unix:{folder}/socket"], libraries, folder)
    peer.starts([ROOT / "usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")], {}, folder)
    yield from _serving(peer)


def _serving(peer: Peer) -> Iterator[Peer]:
    try:
        peer.is_there()
        yield peer
    finally:
        peer.ends()


KINDS = {"cgit": cgit, "klaus": klaus, "otterwiki": otterwiki}


def pages(name: str, newest: str, before: str, deep: str) -> dict[str, str]:
    """What each peer has of what we measure; ids of the newest commit of the text, the one before, and a deep one."""
    return {
        "otterwiki": {
            "history": "/Lamps/history", "version": f"/Lamps/view/{newest}", "version, deep": f"/Lamps/view/{deep}",
            "difference": f"/Lamps/diff/{before}/{newest}", "blame": "/Lamps/blame", "feed": "/-/changelog/feed.atom",
        },
        "klaus": {
            "history": "/river/tree/main/lamps.md", "history, deep": "/river/?page=100",
            "version": f"/river/blob/{newest}/lamps.md", "version, deep": f"/river/blob/{deep}/lamps.md",
            "difference": f"/river/commit/{newest}/", "blame": "/river/blame/main/lamps.md",
        },
        "cgit": {
            "history": "/river/log/lamps.md", "history, deep": "/river/log/lamps.md?ofs=5000",
            "version": f"/river/tree/lamps.md?id={newest}", "version, deep": f"/river/tree/lamps.md?id={deep}",
            "difference": f"/river/diff/lamps.md?id={newest}", "blame": "/river/blame/lamps.md",
            "feed": "/river/atom",
        },
    }[name]  # fmt: skip

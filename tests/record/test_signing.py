"""The key and its signatures, checked with OpenSSH's own tools."""

import stat
import subprocess
import threading
from pathlib import Path

from drafting.record.signing import Signer


def test_the_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "record_ed25519"
    first = Signer(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Signer(path).public_key == first.public_key
    shown = subprocess.run(["ssh-keygen", "-y", "-f", path], capture_output=True, text=True, check=True).stdout
    assert shown.split()[:2] == first.public_key.split()


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    together, keys = threading.Barrier(8), list[str]()

    def start() -> None:
        together.wait()
        keys.append(Signer(tmp_path / "key").public_key)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8 and len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_our_signature_is_the_one_that_ssh_keygen_makes(tmp_path: Path) -> None:
    signer, payload = Signer(tmp_path / "key"), tmp_path / "payload"
    payload.write_bytes(b"tree 0\n\nWords, \xc3\xa9t\xc3\xa9\n")
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", tmp_path / "key", payload], check=True)
    assert signer.sign(payload.read_bytes()) + "\n" == (tmp_path / "payload.sig").read_text()

"""Checking a whole history: verify.py against git with ssh-keygen: `python bench/verify.py`.

Both check the same signed history of 20 texts, in turns. git starts one ssh-keygen for each signature, so it is given
the newest commits only and its time is told per commit; verify.py checks ids, order, files and texts as well.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from drafting.record import objects, verify  # noqa: E402
from drafting.record.keys import allowed_signers  # noqa: E402
from drafting.record.signing import Signer  # noqa: E402

TEXTS = 20
BEGIN = 1_777_900_000
BODY = "".join(f"Sentence {n} about the lamps along the river path.\n" for n in range(200))


def history(folder: Path, commits: int) -> tuple[Path, Path]:
    """A signed record of 10 KB texts, and its list of keys."""
    record, listed, signer = folder / "record.git", folder / "allowed_signers", Signer(folder / "key")
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", record], check=True)
    listed.write_text(allowed_signers(signer, "record@localhost"))
    parent, files, made = None, dict[str, str](), list[objects.Object]()
    for n in range(commits):
        draft = f"text-{n % TEXTS}"
        text = objects.blob(f"{BODY}{n}\n")
        files[f"{draft}.md"] = text.id
        tree = objects.tree(files)
        message = f"Text: version {n // TEXTS + 1}\n\nRevision: {n // TEXTS + 1}\nDraft: {draft}\n"
        commit = objects.commit(tree_id=tree.id, parent=parent, who="Record <record@localhost>", at=BEGIN + n,
                                message=message, signer=signer)  # fmt: skip
        parent = commit.id
        made += [text, tree, commit]
    packed = ["git", "-C", record, "index-pack", "--stdin"]
    subprocess.run(packed, input=objects.pack(made), check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["git", "-C", record, "update-ref", "refs/heads/main", parent or ""], check=True)
    return record, listed


def ours(record: Path, listed: Path) -> float:
    """Seconds for the whole history, in a process of its own."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, verify.__file__, record, "--keys", listed], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def git(record: Path, listed: Path, commits: int) -> float:
    """Seconds for the newest `commits`."""
    command = ["git", "-C", record, "-c", f"gpg.ssh.allowedSignersFile={listed}", "log", f"-{commits}", "--format=%G?"]
    begun = time.perf_counter()
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert said == ["G"] * commits
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sample", type=int, default=100, help="commits that git checks in a round")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        record, listed = history(Path(folder), asked.commits)
        rounds = [(ours(record, listed), git(record, listed, asked.sample)) for _ in range(asked.rounds)]
    whole, sample = (statistics.median(times) for times in zip(*rounds, strict=True))
    each, theirs = whole / asked.commits * 1000, sample / asked.sample * 1000
    print(f"verify.py: {asked.commits} commits in {whole:.1f} s, {each:.2f} ms each")
    print(f"git with ssh-keygen: {asked.sample} commits in {sample:.1f} s, {theirs:.2f} ms each")
    print(f"ratio of medians per commit to git {each / theirs:.3f}")


if __name__ == "__main__":
    main()

"""`python3 -m drafting …`: in a fresh checkout set up everything, then do what the words after it say."""

from __future__ import annotations  # so that a Python too old for us gets as far as being told so

import os
import sys


def main() -> None:
    """Run the command in `sys.argv`; the one way in, from a checkout and from an installed wheel."""
    if os.name == "nt":
        sys.exit("drafting runs on Linux and macOS. On Windows, use it inside WSL (Windows Subsystem for Linux).")
    if sys.version_info < (3, 11):  # noqa: UP036 – this file is read before pip could refuse
        sys.exit(f"drafting needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")
    from . import paths  # the imports below need what was just checked, or what is installed on the way

    words = sys.argv[1:]
    if paths.is_checkout():
        _set_up(words)
    if words[:1] == ["test"]:
        _test(words[1:])
    from .cli import main as command

    command(args=words, prog_name="drafting")


def _set_up(words: list[str]) -> None:
    from .checkout import environment, node, pages
    from .checkout.steps import CannotSetUp, say

    try:
        environment.prepare(for_tests=words[:1] == ["test"])
        environment.keep_compiled()
        if not environment.is_ours():
            environment.enter()
        if words[:1] == ["test"] or (words[:1] == ["run"] and not pages.are_built()):
            if node.find() is None:
                say("Setting up in .venv: fetching Node, which this machine lacks …")
                environment.add("frontend", failing="Install Node 20 or newer with npm yourself; fetching it failed")
            pages.prepare()
    except CannotSetUp as problem:
        sys.exit(f"drafting: {problem}")
    except OSError as problem:
        sys.exit(f"drafting: the set-up cannot use {problem.filename}: {problem.strerror}.")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run the same command again and the set-up goes on.")


def _test(arguments: list[str]) -> None:
    """Become pytest. What is named is run; else everything that is not long; with `--peers` everything there is, other
    people's servers included.
    """
    from . import paths
    from .checkout.steps import say

    if not paths.is_checkout():
        sys.exit("drafting: the tests are in the checkout, not in the installed package.")
    rest = [argument for argument in arguments if argument != "--peers"]
    which = []
    if "--peers" in arguments:
        which = ["-m", ""]
    elif not any(os.path.exists(paths.ROOT / argument.partition("::")[0]) for argument in rest):
        which = ["-m", "not peer and not long"]
        say("Long tests are left out: name their files, or run everything with --peers.")
    by_two = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    os.chdir(paths.ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *by_two, *which, *rest])


if __name__ == "__main__":
    main()

"""Pairs of texts to compare: what people write, and what somebody sends who wants the page to stop."""

import random
from collections.abc import Callable

NOUNS = (
    "council water path bridge lamp school night bus hall neighbour garden repair month year figure letter answer"
    " meeting speaker minute rule chair list floor paper decision fund bench summer winter child driver timetable"
    " budget street"
).split()
SMALL = "the a of in for and to with that is are was should could may must every some no nobody".split()
Pair = tuple[str, str]


def words(dice: random.Random) -> list[str]:
    return [_word(dice) for _ in range(dice.randint(6, 18))]


def _word(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.45:
        return dice.choice(SMALL)
    if kind < 0.9:
        return dice.choice(NOUNS) + dice.choice(["", "s", "", ""])
    return "".join(dice.choice("bdfgklmnprstv") + dice.choice("aeiou") for _ in range(dice.randint(2, 4)))


def _sentence(dice: random.Random) -> str:
    return " ".join(words(dice)).capitalize() + "."


def _block(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.12:
        return "## " + " ".join(words(dice)[:4]).capitalize()
    if kind < 0.25:
        return "\n".join("- " + _sentence(dice) for _ in range(dice.randint(3, 7)))
    if kind < 0.3:
        rows = ("| " + " | ".join(" ".join(words(dice)[:3]) for _ in range(3)) + " |" for _ in range(5))
        return "| a | b | c |\n|---|---|---|\n" + "\n".join(rows)
    return " ".join(_sentence(dice) for _ in range(dice.randint(2, 6)))


def text(seed: int, size: int) -> str:
    """Headings, lists, tables and paragraphs, at least so many characters."""
    dice, blocks, length = random.Random(seed), [], 0
    while length < size:
        blocks.append(_block(dice))
        length += len(blocks[-1]) + 2
    return "\n\n".join(blocks) + "\n"


def edited(before: str, seed: int, *, edits: int, moves: int) -> str:
    """A few words changed in so many places, and so many blocks put elsewhere."""
    dice, blocks = random.Random(seed), before.rstrip("\n").split("\n\n")
    for _ in range(moves):
        block = blocks.pop(dice.randrange(len(blocks)))
        blocks.insert(dice.randrange(len(blocks)), block)
    prose = [at for at, block in enumerate(blocks) if not block.startswith(("|", "##"))]
    for _ in range(edits):
        at = dice.choice(prose)
        said = blocks[at].split(" ")
        place = dice.randrange(1, len(said))
        said[place : place + dice.randint(0, 3)] = words(dice)[: dice.randint(1, 4)]
        blocks[at] = " ".join(said)
    return "\n\n".join(blocks) + "\n"


def _scattered() -> Pair:
    before = text(1, 50_000)
    return before, edited(before, 2, edits=60, moves=4)


def _turned(pair: Callable[[], Pair]) -> Callable[[], Pair]:
    return lambda: (pair()[1], pair()[0])


def _unrelated() -> Pair:
    return text(3, 200_000), text(4, 200_000)


def _one_paragraph() -> Pair:
    return text(3, 200_000).replace("\n", " "), text(4, 200_000).replace("\n", " ")


def _tiny_items() -> Pair:
    dice = random.Random(5)
    items = [f"- {dice.choice(NOUNS)} {dice.randrange(2_000)}" for _ in range(10_000)]
    changed = [item if dice.random() < 0.8 else f"- {dice.choice(NOUNS)} {dice.randrange(2_000)}" for item in items]
    return "\n".join(items), "\n".join(changed)


def _repeated_lines() -> Pair:
    return "the same line again\n\n" * 5_000, "the same line again\n\n" * 2_500 + "another line here\n\n" * 2_500


def _one_word() -> Pair:
    dice = random.Random(6)
    letters = [dice.choice("abcdefghij") for _ in range(200_000)]
    before = "".join(letters)
    letters[::50] = "z" * len(letters[::50])
    return before, "".join(letters)


def _huge_table() -> Pair:
    dice = random.Random(7)
    rows = [[f"{dice.choice(NOUNS)} {dice.randrange(90)}" for _ in range(6)] for _ in range(1_500)]
    other = [[cell if dice.random() < 0.95 else dice.choice(SMALL) for cell in row] for row in rows[50:] + rows[:50]]
    head = "| a | b | c | d | e | f |\n|---|---|---|---|---|---|\n"
    return tuple(head + "\n".join(f"| {' | '.join(row)} |" for row in some) for some in (rows, other))  # type: ignore[return-value]


CASES: dict[str, Callable[[], Pair]] = {
    "50 KB, 60 edits, 4 moves": _scattered,
    "the same backwards": _turned(_scattered),
    "unrelated, 200 KB each": _unrelated,
    "one paragraph of 200 KB": _one_paragraph,
    "10,000 tiny items": _tiny_items,
    "repeated lines": _repeated_lines,
    "one word of 200 KB": _one_word,
    "table of 1,500 rows": _huge_table,
}

"""Texts that change a little with each version, the same for everybody: a seed and a number give the words."""

import random
from collections.abc import Iterator

SECTIONS, SENTENCES, CHANGED = 12, 8, 3
WHO = "the council,the ferry company,everybody who lives here,the rowing club,a group of parents".split(",")
DOES = "keeps,repairs,pays for,looks after,opens,measures,moves,talks about".split(",")
WHAT = "the lamps along the path,two broken benches,the water at the stairs,the nests by the meadow".split(",")
WHEN = "before winter,in the first week of May,whenever it floods,every second Sunday".split(",")
WHY = "because children walk here,so that nobody falls,as was promised in spring,for as long as it is needed".split(",")
PLACES = "bridge mill ferry meadow harbour weir garden quay orchard slope island market".split()
FREQUENT, RARE = "crowns", "heron"
RARELY = (2, 40, 60)
"""Said by that many versions before the last, so that every event has the word equally often."""


def sentence(chance: random.Random) -> str:
    words = [chance.choice(each) for each in (WHO, DOES, WHAT, WHEN, WHY)]
    return f"{' '.join(words).capitalize()}, at no more than {chance.randrange(20, 9000)} crowns."


def versions(seed: int, count: int) -> Iterator[str]:
    """`count` texts of 10 KB; each says three sentences anew."""
    chance = random.Random(seed)
    said = [sentence(chance) for _ in range(SECTIONS * SENTENCES)]
    for number in range(count):
        for at in chance.sample(range(len(said)), CHANGED):
            said[at] = sentence(chance)
        if count - number in RARELY:
            said[at] = f"A {RARE} stood at the weir in hour {count - number} of the count."
        yield laid_out(said)


def laid_out(said: list[str]) -> str:
    parts = ["# What we ask for along the river\n"]
    for section, place in enumerate(PLACES):
        here = said[section * SENTENCES : (section + 1) * SENTENCES]
        parts += [f"## The {place}\n", " ".join(here[:5]) + "\n", "".join(f"- {each}\n" for each in here[5:])]
    return "\n".join(parts)

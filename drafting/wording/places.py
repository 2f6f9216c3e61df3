"""In which order the blocks of two texts are read together."""

from .pairing import Pairing
from .sections import Both, Place


def in_reading_order(found: Pairing, both: Both) -> list[Place]:
    """Every place once: what stayed and what came as in the new text, what went where it was."""
    stays = found.same | found.changed
    staying = set(stays.values())
    places: list[Place] = []
    come: list[int] = []
    at = 0
    for j in [*range(len(both.new)), None]:
        if j is not None and j not in stays:
            come.append(j)
            continue
        until = len(both.old) if j is None else stays[j]
        places += _gap([i for i in range(at, until) if i not in staying], come, found, both)
        if j is not None:
            places.append((until, j))
        come, at = [], until + 1
    return places


def _gap(left: list[int], come: list[int], found: Pairing, both: Both) -> list[Place]:
    """What left stands before what came, but the end of one section before sections that went or are new."""
    rest_left = next((at for at, i in enumerate(left) if both.old[i].kind == "heading"), len(left))
    rest_come = next((at for at, j in enumerate(come) if both.new[j].kind == "heading"), len(come))
    gone: list[Place] = [(i, None) for i in left]
    new: list[Place] = [(found.moved.get(j), j) for j in come]
    return gone[:rest_left] + new[:rest_come] + gone[rest_left:] + new[rest_come:]

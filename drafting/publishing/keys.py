"""Our own id for a post, made before it is sent: idempotency key everywhere, record key on Bluesky."""

import secrets
from datetime import datetime

ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"  # atproto.com/specs/tid
LENGTH = 13


def new_key(at: datetime) -> str:
    """A TID: 53 bits of microseconds and 10 of chance, sortable by time, 13 characters.

    Below the second it is all chance (30 bits), because several posts are made at the same moment.
    """
    micros = int(at.timestamp()) * 1_000_000 + secrets.randbelow(1_000_000)
    number = micros << 10 | secrets.randbits(10)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5))

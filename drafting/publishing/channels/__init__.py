"""The kinds of places where something can be announced, one module each, and what they have in common."""

from .failures import Rejected, Retry, Uncertain, Undelivered

__all__ = ["Rejected", "Retry", "Uncertain", "Undelivered"]

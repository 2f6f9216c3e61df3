"""The kinds of places where something can be announced, one module each, and what they have in common."""

from .failures import Refit, Rejected, Retry, Revoked, Uncertain, Undelivered, Unseen

__all__ = ["Refit", "Rejected", "Retry", "Revoked", "Uncertain", "Undelivered", "Unseen"]

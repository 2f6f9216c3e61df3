"""Drafting: write an event's outputs together, publish them as signed versions, and tell the public what changed."""

"""Letters: asked for, confirmed, sent once, and ended by one press."""

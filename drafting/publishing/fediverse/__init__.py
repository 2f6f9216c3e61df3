"""Our own accounts in the fediverse: every event and every text can be followed from any server (ActivityPub)."""

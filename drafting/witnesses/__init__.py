"""What lets others vouch for the record: copies elsewhere, and time-stamps of its newest commit."""

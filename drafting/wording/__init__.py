"""How things are put into words: Markdown, what changed, posts, names. Pure: no I/O, no clock, no database."""

"""What an event leaves behind, to take away: versions on paper, its history in one file, everything in one archive."""

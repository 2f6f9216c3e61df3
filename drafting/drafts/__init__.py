"""Live documents: rooms, their journal, who is present, and who wrote what. The only part that knows pycrdt."""

"""The public record: accepted texts as rows, and their projection into a signed git repository."""

"""Letters: whoever asked for them, and confirmed it, is told of new versions as often as they like."""

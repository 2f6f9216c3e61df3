"""From live text to published version: proposals, rules of acceptance, release and withdrawal."""

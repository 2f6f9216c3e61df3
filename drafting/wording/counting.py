"""Numbers and pieces of a text as a person names them: `two list items`, `a paragraph`, `1,200 words`."""

NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
NOUNS = {
    "p": "paragraph",
    "li": "list item",
    "tr": "table row",
    "dt": "term",
    "dd": "explanation",
    "pre": "code block",
    "heading": "heading",
}
OTHER = "passage"


def number(count: int) -> str:
    """In letters up to twelve."""
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def words(count: int) -> str:
    """`1 word`, `1,200 words`."""
    return f"{count:,} word{'s' * (count != 1)}"


def noun(kind: str, count: int = 1) -> str:
    """What a block of this kind is called, or so many of them."""
    return NOUNS.get(kind, OTHER) + "s" * (count != 1)


def one(kind: str) -> str:
    """`a paragraph`, `an explanation`."""
    name = noun(kind)
    return f"a{'n' * (name[0] in 'aeiou')} {name}"

"""Whether who asks is a browser: where one address serves people and other servers."""


def wants_page(accept: str) -> bool:
    """By the value of an Accept header. Other servers name their own kinds, whatever else they also take."""
    return "text/html" in accept and "activity+json" not in accept and "ld+json" not in accept

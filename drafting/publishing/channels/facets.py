"""Which bytes of a post are a link or a hashtag: Bluesky counts UTF-8 bytes, people see characters."""

from typing import Any

Facet = dict[str, Any]


def facets(text: str, *, links: tuple[str, ...] = (), tags: tuple[str, ...] = ()) -> list[Facet]:
    """One facet for the first appearance of each link and each hashtag, in order; none overlap."""
    wanted = [(link, {"$type": "app.bsky.richtext.facet#link", "uri": link}) for link in links]
    wanted += [(tag, {"$type": "app.bsky.richtext.facet#tag", "tag": tag[1:]}) for tag in tags if tag]
    found: list[tuple[int, int, dict[str, str]]] = []
    for words, feature in wanted:
        start = text.rfind(words)  # tags and links stand at the end; the same letters may be in a quote before
        if start < 0:
            continue
        first = len(text[:start].encode())
        last = first + len(words.encode())
        if all(last <= other_first or first >= other_last for other_first, other_last, _ in found):
            found.append((first, last, feature))
    return [
        {"$type": "app.bsky.richtext.facet", "index": {"byteStart": first, "byteEnd": last}, "features": [feature]}
        for first, last, feature in sorted(found, key=lambda facet: facet[0])
    ]

"""An event or a text as an account in the fediverse: what its profile says."""

from ..events import promising
from ..publishing.fediverse.addresses import Handle, host_of
from ..publishing.fediverse.documents import Profile
from ..wording import standing
from . import words
from .guard import draft_or_404, event_or_404
from .services import reading, services


def address(handle: Handle) -> str:
    """What people type to follow it: `@river.charter@drafts.example.org`."""
    return f"@{handle.name}@{host_of(services().settings.base_url)}"


def of(handle: Handle) -> Profile:
    """Raises NotFound if nobody may read it."""
    base = services().settings.base_url
    if handle.draft is None:
        event = event_or_404(handle.event)
        promised = words.promised(promising.current(reading(), event.id))
        about = (
            f"What people write together at {event.title}, as it is published: one post for each new version.",
            f"{promised.words} {promised.answer}".strip(),
        )
        fields = [("The event", base + handle.page), ("Public history", f"{base}/e/{event.slug}/record")]
        name, begun = event.title, event.created
    else:
        event, draft = draft_or_404(handle.event, handle.draft)
        kind = standing.kind_name(draft.kind).lower()
        promised = words.promised(promising.current(reading(), event.id))
        about = (
            f"“{draft.title}”, {kind} of {event.title}. One post for each new version.",
            f"{standing.disclaimer(promised.decider or None, draft.kind)} {promised.words}",
        )
        fields = [("The text", base + handle.page), ("The event", f"{base}/e/{event.slug}")]
        fields.append(("All versions", f"{base}{handle.page}/history"))
        name, begun = f"{draft.title} · {event.title}", draft.created
    if promised.decider:
        fields.append(("Who decides", promised.decider))
    return Profile(handle, name, about, tuple(fields), begun, listed=event.visibility == "public")

"""Every kind of place where releases can be announced, in the order in which they are offered."""

from .channels import bluesky, by_hand, discord, fediverse, mail, mastodon_sign_in, matrix, slack, webhook
from .channels.kind import Kind

ALL = (
    fediverse.KIND,
    mastodon_sign_in.KIND,
    bluesky.KIND,
    matrix.KIND,
    slack.KIND,
    discord.KIND,
    mail.KIND,
    by_hand.KIND,
    webhook.KIND,
)
KINDS: dict[str, Kind] = {kind.word: kind for kind in ALL}

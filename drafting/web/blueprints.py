"""Every group of pages."""

from flask import Blueprint

from . import (
    account,
    channels,
    closing,
    drafts,
    events,
    feeds,
    home,
    images,
    join,
    live,
    people,
    plainform,
    readview,
    record,
    remarking,
    remarks,
    review,
    striking,
    unreleased,
    versions,
)

ALL: tuple[Blueprint, ...] = (
    home.blueprint,
    join.blueprint,
    account.blueprint,
    events.blueprint,
    closing.blueprint,
    people.blueprint,
    drafts.blueprint,
    live.blueprint,
    plainform.blueprint,
    readview.blueprint,
    striking.blueprint,
    images.blueprint,
    remarking.blueprint,
    remarks.blueprint,
    review.blueprint,
    unreleased.blueprint,
    versions.blueprint,
    record.blueprint,
    feeds.blueprint,
    channels.blueprint,
)

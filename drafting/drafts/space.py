"""How much a draft may still take: its document, and everything that was ever written into its journal."""

from collections.abc import Sequence

from pycrdt import Doc, Text

from .batches import Row

SLACK = 100  # the document is measured again once it may have changed by a hundredth of its limit


class Space:
    """Sizes in bytes. The document's is an upper bound, measured only when the bound meets the limit: that is dear."""

    def __init__(self, doc: "Doc[Text]", *, document_bytes: int, journal_bytes: int, journal_size: int) -> None:
        self._doc = doc
        self._document_limit = document_bytes
        self._slack = document_bytes // SLACK
        self._journal_limit = journal_bytes
        self._journal_size = journal_size
        self._document_size = journal_size  # no document is larger than all that was ever written into it
        self._unmeasured = journal_size

    def allows(self, size: int, queued: int) -> bool:
        """Whether `size` bytes fit in on top of the `queued` ones."""
        if self._journal_size + queued + size > self._journal_limit:
            return False
        if self._document_size + queued + size > self._document_limit and self._unmeasured > self._slack:
            self._document_size, self._unmeasured = len(self._doc.get_update()), 0
        return self._document_size + queued + size <= self._document_limit

    def joined(self, rows: Sequence[Row], deleted: int) -> None:
        """These rows were joined to the document; they delete about so many characters."""
        size = sum(len(row.update) for row in rows)
        self._journal_size += size
        self._document_size += size
        self._unmeasured += size + deleted

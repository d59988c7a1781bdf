"""Chain: each entry carries a keyed digest over itself and the digest of the one before.

Whoever changes, removes, adds or reorders an entry and does not have the key breaks the chain there. The last entry of
each filing is attested beside the table (the head), so that entries missing at the end are noticed; what is pruned at
the beginning leaves the digest of the last one that went (the anchor). A whole older copy of the files, put in place of
the newer, is not noticed.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

GENESIS: Final = b"\0" * 32
"""Stands where the digest of the entry before the first would."""

_encode = msgspec.msgpack.Encoder().encode


class Chain:
    """Makes and knows the digests of one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def link(self, last: bytes, columns: Sequence[Any]) -> bytes:
        """The digest of an entry, all its columns but this one, after the one whose digest was ``last``."""
        return hmac.digest(self._key, last + _encode(columns), "sha256")

    def attest(self, what: str, seq: int, digest: bytes) -> bytes:
        """What says that ``digest`` is that of entry ``seq``, for ``what``: the head or the anchor."""
        return hmac.digest(self._key, _encode(("attest", what, seq, digest)), "sha256")

    def is_attested(self, what: str, seq: int, digest: bytes, attestation: bytes) -> bool:
        """Whether that was said with this key."""
        return hmac.compare_digest(self.attest(what, seq, digest), attestation)

"""Keys that look as if their value were a secret: by their names alone, and by the rules of this app's operator.

`looks_secret` decides for the whole app: for what the window masks, for copies and exports, and for the journal.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
"""The words of ``accessToken``, ``ACCESS_TOKEN``, ``JWTToken`` and ``access-token2``."""

_SECRET: Final = frozenset(
    [
        "auth", "authentication", "authorization", "bearer", "cookie", "cookies", "credential", "credentials",
        "creds", "csrf", "jwt", "oauth", "otp", "passcode", "passphrase", "passwd", "password", "passwords", "pwd",
        "secret", "secrets", "session", "sessionid", "sid", "token", "tokens", "totp", "xsrf",
    ]
)  # fmt: skip
_ENDINGS: Final = ("apikey", "credential", "credentials", "jwt", "password", "passwd", "secret", "token")
"""Of words that are written in one: ``authtoken``, ``userpassword``."""
_PAIRS: Final = frozenset(
    [
        ("access", "key"),
        ("account", "key"),
        ("api", "key"),
        ("client", "key"),
        ("encryption", "key"),
        ("master", "key"),
        ("private", "key"),
        ("recovery", "code"),
        ("security", "code"),
        ("shared", "key"),
        ("signing", "key"),
    ]
)
_HINTS: Final = (
    "auth", "bearer", "code", "cookie", "cred", "csrf", "jwt", "key", "otp", "pass", "pwd", "secret", "session", "sid",
    "token", "xsrf",
)  # fmt: skip
"""One of these is in all of the above. Most keys have none, and are dealt with in a fraction of the time."""
_NUMBER: Final = re.compile(r"[0-9]+")
_LONGEST: Final = 300
"""Of a longer key, the beginning and the end say what it is."""

LONGEST_PATTERN: Final = 200
"""Characters."""
MOST_PATTERNS: Final = 200
"""Of each kind."""


class PatternError(ValueError):
    """The text is no pattern. ``str`` of it is a sentence that says why."""


class KeyRules(Struct, frozen=True):
    """What the operator knows better than the names do. Patterns of whole keys, in upper and lower case alike, as
    ``data-redact`` has them: ``*`` stands for any characters, everything else for itself. Those of ``never`` win.
    """

    secret: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def check_pattern(text: str) -> str:
    """The pattern that ``text`` is, without the blanks around it.

    Raises:
        PatternError: it is none.
    """
    pattern = text.strip()
    if not pattern:
        raise PatternError("A pattern needs at least one character.")
    if len(pattern) > LONGEST_PATTERN:
        raise PatternError(f"A pattern can have {LONGEST_PATTERN} characters; this one has {len(pattern):,}.")
    if "," in pattern:
        raise PatternError("Write each pattern on a line of its own, not with commas between them.")
    if not pattern.isprintable():
        raise PatternError("This has a character that cannot be seen. Write * for it.")
    return pattern


class _Rules:
    """What applies now."""

    def __init__(self, rules: KeyRules) -> None:
        self.rules = rules
        self.secret = [pattern.lower().split("*") for pattern in rules.secret]
        self.never = [pattern.lower().split("*") for pattern in rules.never]


_applied = _Rules(KeyRules())


def apply_rules(rules: KeyRules) -> None:
    """Let these apply from now on, everywhere in this process. Their patterns are ones that `check_pattern` returned.
    What was masked, or not, is not looked at again by itself: whoever shows it has to.
    """
    global _applied  # one decision for window, exports and journal, which know nothing of each other
    _applied = _Rules(rules)
    looks_secret.cache_clear()


def applied_rules() -> KeyRules:
    """What `apply_rules` was given last."""
    return _applied.rules


@lru_cache(maxsize=8192)
def looks_secret(key: str) -> bool:
    """Whether the value of an item of this name is a secret: a rule says so, or the name does, and no rule says that
    it never is.
    """
    rules = _applied
    if rules.rules == _NO_RULES:
        return _says_secret(key)
    lowered = key.lower()
    if any(_matches(pieces, lowered) for pieces in rules.never):
        return False
    return any(_matches(pieces, lowered) for pieces in rules.secret) or _says_secret(key)


_NO_RULES: Final = KeyRules()


def _matches(pieces: Sequence[str], key: str) -> bool:
    """Whether the glob in the ``pieces`` between its stars is about all of ``key``. In one go from left to right: a
    regular expression could take minutes.
    """
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return key == first
    at, end = len(first), len(key) - len(last)
    if at > end or not (key.startswith(first) and key.endswith(last)):
        return False
    for piece in pieces[1:-1]:
        found = key.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _says_secret(key: str) -> bool:
    """Whether one of the words of the name says so, or two side by side do. Words are told apart by signs, digits and
    capitals; ``author`` and ``tokenizer`` are words of their own.
    """
    if len(key) > _LONGEST:
        key = f"{key[: _LONGEST // 2]} {key[-_LONGEST // 2 :]}"
    lowered = key.lower()
    if not any(hint in lowered for hint in _HINTS):
        return False
    words = [word.lower() for word in _WORD.findall(key)]
    if any(word in _SECRET or word.endswith(_ENDINGS) for word in words):
        return True
    return any(pair in _PAIRS for pair in pairwise(words))


def secret_places(keys: Sequence[str]) -> list[int]:
    """The places of those of ``keys`` that look secret, ascending: the same as to ask of each, and much quicker where
    they are many.
    """
    if _applied.rules != _NO_RULES:
        return [place for place, key in enumerate(keys) if looks_secret(key)]
    # Keys that are many are numbered, and to the words it is the same by which numbers they are told apart.
    known: dict[str, bool] = {}
    found = []
    for place in _hinted(keys):
        key = keys[place]
        name = _NUMBER.sub("0", key) if len(key) <= _LONGEST else key
        is_secret = known.get(name)
        if is_secret is None:
            is_secret = known[name] = _says_secret(key)
        if is_secret:
            found.append(place)
    return found


def _hinted(keys: Sequence[str]) -> Iterator[int]:
    """The places of keys that have a hint, ascending."""
    text = "\n".join(keys)
    lowered = text.lower()
    present = [hint for hint in _HINTS if hint in lowered]
    if not present:
        return
    if len(lowered) != len(text):  # Then what is found stands elsewhere in the keys.
        yield from range(len(keys))
        return
    ends = list(accumulate(len(key) + 1 for key in keys))
    found: set[int] = set()
    for hint in present:
        at = lowered.find(hint)
        while at >= 0:
            place = bisect_right(ends, at)
            found.add(place)
            at = lowered.find(hint, ends[place])
    yield from sorted(found)

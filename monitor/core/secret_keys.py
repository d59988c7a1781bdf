"""Keys that look as if their value were a secret, by their names alone."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

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
_HINT: Final = re.compile("auth|bearer|code|cookie|cred|csrf|jwt|key|otp|pass|pwd|secret|session|sid|token|xsrf", re.I)
"""One of these is in all of the above. Most keys have none, and are dealt with in a fraction of the time."""
_LONGEST: Final = 300
"""Of a longer key, the beginning and the end say what it is."""


@lru_cache(maxsize=4096)
def looks_secret(key: str) -> bool:
    """Whether the name of ``key`` says that its value is a secret: one of its words does, or two side by side do. Words
    are told apart by signs, digits and capitals; ``author`` and ``tokenizer`` are words of their own.
    """
    if len(key) > _LONGEST:
        key = f"{key[: _LONGEST // 2]} {key[-_LONGEST // 2 :]}"
    if _HINT.search(key) is None:
        return False
    words = [word.lower() for word in _WORD.findall(key)]
    if any(word in _SECRET or word.endswith(_ENDINGS) for word in words):
        return True
    return any(pair in _PAIRS for pair in pairwise(words))

"""Gate: what becomes of a newcomer, before anything that it says counts."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from monitor.core.messages import ProtocolError
from monitor.core.origins import LONGEST, Answer, Asking
from monitor.core.values import one_line
from monitor.hub.access.addresses import is_loopback_origin, normal_origin
from monitor.hub.access.token import matches

if TYPE_CHECKING:
    from monitor.core.messages import Hello
    from monitor.core.origins import Origins
    from monitor.hub.access.configuration import Access

CLOSE_POLICY: Final = 1008
BLOCKED: Final = "the operator has blocked this origin"
NO_TOKEN: Final = "this hub asks for a token: data-token is missing from the script tag, or is not the present one"
_SHOWN: Final = 200
"""UTF-16 units that are kept of what a stranger says of itself."""


class Verdict(Enum):
    """What becomes of pages of an origin."""

    WELCOME = "welcome"
    BLOCKED = "blocked"
    ASK = "ask"


class Gate:
    """``origins`` has the operator's answers. ``token`` is what every newcomer must have, if it is not ``None``."""

    def __init__(self, access: Access, origins: Origins) -> None:
        self.token: str | None = None
        self._origins = origins
        self._allowed = frozenset(normal_origin(origin) for origin in access.allowed_origins)

    def judge(self, origin: str | None) -> Verdict:
        """What becomes of a page with this ``Origin`` header. Browsers always send one, so who sends none is a
        program: welcome, for it could send any. On a hub that programs elsewhere can reach, the token keeps those out.
        """
        if origin is None:
            return Verdict.WELCOME
        answer = self._origins.answers.get(origin)
        if answer is Answer.BLOCKED:
            return Verdict.BLOCKED
        if answer is Answer.ALLOWED or origin in self._allowed or is_loopback_origin(origin):
            return Verdict.WELCOME
        return Verdict.ASK

    def admit(self, hello: Hello, origin: str | None) -> bool:
        """Whether this page is let in; ``False`` if the operator is to be asked.

        Raises:
            ProtocolError: it is refused.
        """
        if self.token is not None and not matches(hello.token, self.token):
            raise ProtocolError(NO_TOKEN, CLOSE_POLICY)
        if origin is not None and len(origin) > LONGEST:
            raise ProtocolError(f"an origin has at most {LONGEST} characters", CLOSE_POLICY)
        verdict = self.judge(origin)
        if verdict is Verdict.BLOCKED:
            raise ProtocolError(BLOCKED, CLOSE_POLICY)
        return verdict is Verdict.WELCOME


def asking(hello: Hello, origin: str, address: str, now: float) -> Asking:
    """What the operator is shown of a page that waits."""
    title, url, user_agent = (one_line(text, _SHOWN) for text in (hello.title, hello.url, hello.user_agent))
    return Asking(origin, title, url, user_agent, address, now)

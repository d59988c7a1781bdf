"""AnswersFile: what the operator said about origins, kept from one start to the next."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from typing import TYPE_CHECKING, Any, Final

from monitor.core.origins import LONGEST, Answer

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

_VERSION: Final = 1
_LARGEST: Final = 4 * 2**20


class AnswersFileError(ValueError):
    """The file cannot be used. Says why."""


class AnswersFile:
    """The answers in ``path``, as JSON. Several processes may use it: each writes only what it was told."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Answer]:
        """All answers; none if there is no file.

        Raises:
            AnswersFileError: it cannot be read, or holds something else.
        """
        try:
            if self.path.stat().st_size > _LARGEST:
                raise AnswersFileError(f"{self.path} is too large")
            content = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise AnswersFileError(f"answers about origins cannot be read from {self.path}: {error}") from error
        try:
            return _answers(content)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise AnswersFileError(f"{self.path} holds no answers about origins") from error

    def write(self, origin: str, answer: Answer | None) -> None:
        """Keep this answer, or, with ``None``, none, beside those that are there. What cannot be read is set aside.

        Raises:
            AnswersFileError: it cannot be written.
        """
        try:
            answers = self.read()
        except AnswersFileError as error:
            log.error("%s; it is set aside", error)
            with contextlib.suppress(OSError):
                self.path.replace(self.path.with_name(f"{self.path.name}.unreadable"))
            answers = {}
        if answer is None:
            answers.pop(origin, None)
        else:
            answers[origin] = answer
        content = {"version": _VERSION, "origins": {origin: answer.value for origin, answer in answers.items()}}
        new = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # In ASCII: an origin comes from a stranger, and may be any text.
            new.write_text(json.dumps(content, indent=1) + "\n", "ascii")
            new.replace(self.path)
        except OSError as error:
            raise AnswersFileError(f"the answer is not kept for the next start: {error}") from error


def _answers(content: Any) -> dict[str, Answer]:
    if content["version"] != _VERSION:
        raise ValueError("another version")
    origins: dict[str, Any] = content["origins"]
    return {origin[:LONGEST]: Answer(answer) for origin, answer in origins.items()}

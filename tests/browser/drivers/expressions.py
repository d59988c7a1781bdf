"""The JavaScript that carries a value between Python and a page without altering it.

Everything crosses as JSON text. `JSON.stringify` escapes lone surrogates, so what leaves a page is always well formed,
and what enters it is escaped here in the same way; so any string of UTF-16 units arrives as it was, NUL and U+FEFF
included.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.browser.drivers.errors import PageError

# The source stands in an arrow function of its own, where no name of ours hides one of the page's.
_EVALUATE = """(async (produce, argumentList) => {
  const answer = {};
  try {
    let value = await produce();
    if (typeof value === "function") value = await value(...JSON.parse(argumentList));
    answer.value = value === undefined ? null : value;
    return JSON.stringify(answer);
  } catch (thrown) {
    const isError = thrown instanceof Error || Object.prototype.toString.call(thrown) === "[object DOMException]";
    return JSON.stringify({
      thrown: isError
        ? { name: String(thrown.name), message: String(thrown.message), stack: String(thrown.stack) }
        : { name: "", message: String(thrown), stack: "" },
    });
  }
})(async () => (
%s
), %s)"""

# A hidden page's timers tick once a second, so changes of the document and of its storage wake the wait as well.
_WAIT = """async (...argumentList) => {
  const condition = async () => (
%s
);
  const deadline = performance.now() + %d;
  for (;;) {
    let value = await condition();
    if (typeof value === "function") value = await value(...argumentList);
    if (value) return { met: value };
    if (performance.now() >= deadline) return { unmet: value === undefined ? null : value };
    await new Promise((resolve) => {
      const observer = new MutationObserver(wake);
      const timer = setTimeout(wake, 10);
      function wake() {
        clearTimeout(timer);
        observer.disconnect();
        removeEventListener("storage", wake);
        resolve();
      }
      addEventListener("storage", wake);
      observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
    });
  }
}"""

LOADED = "(url) => location.href === url && document.readyState === 'complete'"
"""A condition for `waiting`: the document of the absolute URL that is its argument has loaded."""


def opening(url: str) -> str:
    """Return the expression that opens `url` in a new window and gives its absolute form."""
    source = """(url) => {
      if (!window.open(url)) throw new Error("the browser refused to open a window");
      return new URL(url, document.baseURI).href;
    }"""
    return evaluation(source, [url])


def evaluation(source: str, arguments: Sequence[Any]) -> str:
    """Return the expression that evaluates `source`, calls it with `arguments` if it is a function, and gives JSON."""
    return _EVALUATE % (source, _literal(_literal(list(arguments))))


def waiting(condition: str, milliseconds: float) -> str:
    """Return the function that, called with the arguments for `condition`, gives `met` or, at the deadline, `unmet`."""
    return _WAIT % (condition, milliseconds)


def evaluated(answer: str) -> Any:
    """Return the value in the JSON text that an `evaluation` gave, or raise the `PageError` that it tells of."""
    content = json.loads(answer)
    if "thrown" in content:
        raise PageError(**content["thrown"])
    return content["value"]


def _literal(value: Any) -> str:
    """Write `value` as JSON, escaped to ASCII, which can double the size, only where a lone surrogate needs it."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return text

"""Any text that Web Storage can hold, as hypothesis makes it."""

from __future__ import annotations

from hypothesis import strategies as st

from monitor.core.values import canonical

# Surrogates, controls, direction marks, characters outside the basic plane and what escapes are made of come up often.
AWKWARD = '\ud800\udbff\udc00\udfff\0\n\r\t\x1f\x7f\x85\u2028\u2029\ufeff\u202e\u2066\ufffc\uffff\\ "xu{}0ntr1aF😀𝄞漢é'
texts: st.SearchStrategy[str] = st.text(
    st.one_of(st.sampled_from(AWKWARD), st.characters(codec=None, categories=None)), max_size=30
)
utf16: st.SearchStrategy[str] = texts.map(canonical)
"""The one form in which texts stand in an area."""

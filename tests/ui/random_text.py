"""Keys and values as Web Storage may hold them."""

from hypothesis import strategies as st

AWKWARD = [
    "",
    "\0",
    "\ud800",
    "\udfff\ud800",
    "\ufeffstarts with a mark",
    "a\r\nb",
    "line\nline",
    "tab\there",
    "\u2028\u2029",
    "nb\u00a0sp",
    "\ufdd0\ufdd1",
    "\ufffc",
    "\u202eright to left",
    "<b>bold</b> &amp; &",
    "back\\slash \\n \\u0041",
    "漢字かな",
    "👩‍💻 e\u0301",
    "__proto__",
    "length",
    '{"a": [1, 2]}',
]
"""What Qt, HTML, JSON, JavaScript or a person would take for something else."""

texts = st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=()), max_size=8)

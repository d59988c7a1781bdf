"""Lenses: what the inspector shows of one value. A lens looks at a text and gives a new text; it never alters what it
was given, and never turns a value into a Python object and back.

Words:

- **Document**: a whole text that is JSON (`json_text.parse`).
- **Node**: one JSON value in a document, with the place where it stands (`json_text.Node`). A **member** is a node in
  an object or in an array, with its key or its index.
- **Source**: the very characters of a node or key, such as ``1.10`` or ``"\\u00e9"``. Layouts move sources, edits
  replace one; nothing rewrites them.
- **Edit of a document**: one change that gives the whole new text (`json_edits`).
- **Repeated key**: one that stands twice in one object (`repeated_keys`).
- **Layout**: the same sources with other white space between them (`json_layout`).
- **Decoded view**: what a text means if it is a token, base64, a URL, a time or JSON within a JSON string
  (`decoded.decoded_views`). A view that may be wrong says that it is a **guess**.

Positions are indices into the Python ``str``, so one character outside the basic plane counts once. Qt counts it
twice: the place in a Qt editor is ``values.units(text[:position])``.
"""

"""What is seen: the window, its models and its delegates. Qt and `monitor.core`; no sockets, no coroutines.

Words:

- **Row**: what one line of a view stands for: an origin, a session or a page on the left, an item on the right.
- **Shown**: what a model's rows are made of right now. It follows the core at most once a **frame** (`frame.Frame`).
- **Draft**: text that an operator has typed and not yet sent. It outranks every update (`drafts.drafts`).
- **Pending**: an edit that is on its way; its new value is shown, marked as such (`storage.pending`).
- **Refusal**: an edit that the browser, or the core for it, did not apply; kept with the operator's text until the
  operator retries or discards it (`storage.outcomes`).
- **Scheme**: the colours, light or dark, that the system asks for (`appearance`).

The models only translate: what is true stands in the core, and a model says by granular signals what changed.
Everything that came from a browser is shown as plain text, and its exact text never passes through Qt on its way back.
"""

"""The right side: the items of one storage area, how they are edited, and what became of the edits.

- **Pane**: all of it for the session that is shown (`pane`); **panel**: one area of a session (`area_panel`).
- **Listing**: which items are shown, and in which order (`listing`): those of the group that is chosen (`groups`) which
  the filter lets through (`filter`), and the operator's own work in any case.
- **State**: the one thing there is to say of an item: refused, on its way, a draft, changed, saved (`item_states`).
- **Outcome**: what became of an edit (`outcomes`).
- **Look**: how an item reads: its key and value in one line, its kind and size (`look`).
"""

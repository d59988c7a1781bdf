"""Undo and redo, in each session for itself.

- **Step**: one edit of the operator's that the browser has applied, and the operations that take it back.
- **SessionSteps**: the steps of one session, in both kinds of its areas, as a `QUndoStack`.
- **Undo**: the steps of every session; those of the session that is shown are undone and redone.

To undo is to edit: the browser puts back what the step changed if it still holds what the step left there, and
otherwise refuses. What it refuses stays done.
"""

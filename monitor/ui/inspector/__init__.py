"""The inspector: one value in full, beside the table.

- **Subject**: the item that is shown, with what was typed for it if anything was (`subject`).
- **View**: one way to look at it: as text, as JSON, decoded, as a diff, its history (`view`). Only the view in front
  works; the others take up the subject when they come to the front.
- **Items**: what the inspector asks of the area that the item is in (`subject.Items`).
- **Choices**: what the operator prefers: shown or not, where, and which view for each kind of value (`choices`).

Everything that came from a browser is shown as plain text. Looking at a value in any view is no edit.
"""

"""What is kept out of sight: values whose keys look like secrets, until the operator reveals them.

- **Masked**: shown as `MASK` and a length. The value itself is there, exact: it is edited, deleted, undone as ever.
- **Revealed**: shown for `REVEALED_FOR` seconds, and for as long as the operator types in it; then masked again.
- **Rules**: which keys look like secrets in this app, beside those whose names say so (`monitor.core.secret_keys`).

What is masked is neither searched nor sorted by: else a filter would tell a value letter by letter. What is copied as
text for other programs leaves masked values out; nothing stands in their place that could be pasted as if it were one.
"""

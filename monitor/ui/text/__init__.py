"""Exact texts in Qt's editors: what they cannot hold or a person cannot see is shown and edited in an escaped form.

- **Form**: how a text stands in an editor: plain, or escaped (`form`).
- **Line**: one line to type in (`line`); **lines**: many (`lines`). Neither takes in more than Qt can lay out.
"""

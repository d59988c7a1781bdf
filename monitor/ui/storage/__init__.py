"""The right side: the items of one storage area, how they are edited, and what became of the edits."""

"""Which items are shown: those that have a text, or what an expression describes."""

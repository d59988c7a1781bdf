"""The journal in the window: what was asked of browsers, by whom, and what came of it, to be searched and taken along.

- **Source**: where the journal is looked at (`JournalSource`); it answers a while after it was asked.
- **Entry**: one operation of an edit (`monitor.core.journal_entry`), a row of the table.
"""

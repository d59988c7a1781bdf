"""The journal: what was asked of browsers, by whom, and what came of it; and what is needed to go on after a restart.

- **Record**: one thing that happened to an edit: it was asked for, sent, or has its outcome (`records`).
- **Spool**: the file that a record is written to before anything else happens; a few microseconds each (`spool`).
- **Filing**: the thread that takes the records from the spool into the database, a fraction of a second later, and sees
  to it that the disk has them (`filing`).
- **Entry**: a row of the database. An edit has one for each operation, then one for each outcome. Entries are only ever
  added, and each is chained to the one before by a keyed digest (`chain`).
- **Cell**: a text or value as a column holds it; a masked value is there as a keyed digest and its length (`cells`).

Why two files: SQLite takes 25 to 60 µs to commit a row, twice an edit, and seconds for an edit of 100,000 operations;
and a database may be locked by who looks at it. The spool takes all that without the window noticing. What stands in it
and not yet in the database when the app dies is filed at the next start.
"""

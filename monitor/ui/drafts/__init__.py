"""What operators have typed and not sent: kept until they save or discard it, whatever a browser does meanwhile.

- **Draft**: the text typed for the value of one item; one for each key of an area, whichever editor it is typed in.
- **Writer**: the editor that is typed in right now: the cell, or a view of the inspector. Only it has the newest text.
- **Expected**: what the operator saw when the draft was begun: what a save expects the browser to hold.
- **Conflict**: the browser holds something else than expected by now. The operator decides: keep mine, take theirs.
"""

"""What may break, broken on purpose: real processes, one seed, many rounds (``./packaging/faults``).

- **Fault**: something that happens to app, browser, network, disk or clock while edits flow (`kinds`).
- **Scene**: one app as a process, one Chromium with two tabs of a shop, and the line between them (`scene`).
- **Operator**: in the app's process; asks for edits as long as it works, in each of them an item that tells it from all
  others, its **tag** (`operator`).
- **Account**: all that was told of outcomes, and what is found wrong (`account`, `agreement`).
"""

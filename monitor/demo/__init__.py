"""Lifelike browsers that are not there, for a look at the app without a site to connect (``session-monitor --demo``).

- **Simulated browser**: one profile at one origin with its items and pages (`browser`). It speaks the protocol as the
  bridge does, over real sockets, so what the window shows has come the whole way.
- **Cast**: who is simulated, and what they hold (`cast`).
- **Life**: the connections, and what the browsers do by themselves (`life`).
"""

"""Who may connect: the hub's policy. It knows headers and first messages, and no sockets.

Words:

- **Loopback**: names and addresses that lead to this machine alone: ``localhost``, ``*.localhost``, ``127.0.0.0/8``,
  ``::1``. A hub is **exposed** when something else leads to it as well.
- **Host**: the name by which a browser asks for the hub, in the ``Host`` header. A site whose name is made to lead here
  (DNS rebinding) has its own name there.
- **Origin**: the site of the page that connects, in the ``Origin`` header. Scripts cannot forge it.
- **Token**: what a page must know to connect to an exposed hub; it stands in the page's script tag.
- **Waiting**: a page whose origin the operator was asked about. Its line stays, and nothing comes in over it.

What each is good for: the host keeps out sites that only pretend to be this machine, the origin all other sites in the
operator's own browser, the token strangers on the network, TLS those who listen. None keeps out another program of the
same user: that program could read the browser's files as well.
"""

from monitor.hub.access.configuration import Access, UnprotectedError

__all__ = ["Access", "UnprotectedError"]

"""The hub, as pages and programs meet it: real sockets on loopback, and peers that speak the wire protocol."""

"""Who may connect, as the operator sees it: the question about an origin, the answers that are remembered, the token.

The hub enforces it (`monitor.hub.access`); what is answered stands in `monitor.core.origins.Origins`.
"""

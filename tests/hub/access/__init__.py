"""Who may connect, from the outside and piece by piece."""

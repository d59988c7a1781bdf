"""The real window over the real hub, and a real page behind it."""

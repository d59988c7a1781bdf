"""The window as its operator meets it, over a real core that simulated pages feed."""

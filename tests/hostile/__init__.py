"""A thousand connections that mean harm, and a hundred pages that must not feel them: `python -m tests.hostile`."""

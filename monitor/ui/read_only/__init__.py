"""Read-only: where the operator lets nothing be written, how that is switched, and how it shows.

The core enforces it (`monitor.core.read_only`): whatever way an edit takes, it comes back refused. What is here keeps
the operator from trying in vain, and says why.
"""

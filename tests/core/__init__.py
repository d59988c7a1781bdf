"""Tests of `monitor.core`, one file per source file, and a simulation of everything together (`test_simulation`)."""

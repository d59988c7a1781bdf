"""Tests of `monitor.core.lenses`, one file per source file."""

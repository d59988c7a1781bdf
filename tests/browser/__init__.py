"""Tests that run in real browsers."""

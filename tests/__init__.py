"""Tests of Session Monitor; each folder mirrors a package of `monitor`, `browser` drives real browsers."""

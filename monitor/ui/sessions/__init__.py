"""The left side: origins, their sessions, and the pages of those, as a tree drawn on a flat list.

A flat list, because Qt's tree view lays out every expanded row again at each insertion: 39 ms at 10,000 sessions.
"""

"""Refusals in words."""

from monitor.core.edits import Reason

REASONS = {
    Reason.CONFLICT: "the browser holds something else by now",
    Reason.QUOTA: "the browser's storage is full",
    Reason.DENIED: "the browser did not let the page write",
    Reason.REDACTED: "the page keeps this value to itself",
    Reason.TIMED_OUT: "the page did not answer in time",
    Reason.GONE: "the page left",
    Reason.READ_ONLY: "nothing may be written here",
    Reason.NOT_RECORDED: "it could not be written to the journal, and was not sent",
    Reason.UNKNOWN: "the app ended before the browser answered: it may have been applied",
}
"""Why an edit was refused, as the end of a sentence."""

REASONS_IN_SHORT = {
    Reason.CONFLICT: "conflict",
    Reason.QUOTA: "storage full",
    Reason.DENIED: "not allowed",
    Reason.REDACTED: "redacted",
    Reason.TIMED_OUT: "timed out",
    Reason.GONE: "page left",
    Reason.READ_ONLY: "read-only",
    Reason.NOT_RECORDED: "not journaled",
    Reason.UNKNOWN: "unknown",
}

"""Cells: every text comes back as it was, and none is mistaken for another."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.journal_entry import Masked
from monitor.core.values import Redacted, canonical
from monitor.journal.cells import Mask, text_cell, text_of, value_of
from monitor.journal.damage import telling_damage

ODD = ["", "a", "\0", "a\0b", "\ud800", "\udc00\ud800", "e", "d", "r5", "😀", "\\ud800", "\\x00", "日本\n", "\ufeff"]
TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=20).map(canonical)
MASK = Mask(b"k" * 32)


@pytest.fixture(scope="module")
def database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE cells (cell)")
    return connection


@pytest.mark.parametrize("text", ODD)
def test_a_text_comes_back_from_a_database(database: sqlite3.Connection, text: str) -> None:
    database.execute("DELETE FROM cells")
    database.execute("INSERT INTO cells VALUES (?)", (text_cell(text),))
    assert text_of(database.execute("SELECT cell FROM cells").fetchone()[0]) == text


@given(TEXTS)
def test_a_text_comes_back(text: str) -> None:
    assert text_of(text_cell(text)) == text
    assert value_of(MASK.cell(text, hidden=False)) == text


@given(TEXTS, st.booleans())
def test_a_text_whose_cell_is_remembered_has_the_cell_that_it_had(text: str, hidden: bool) -> None:
    mask = Mask(b"k" * 32)
    cell = mask.cell(text, hidden=hidden)
    sealed = mask.seal(text, b"n" * 16)
    mask.remember(text, text_cell(text))
    assert mask.cell(text, hidden=hidden) == cell
    assert mask.seal(text, b"n" * 16) == sealed
    mask.forget()
    assert mask.cell(text + "other", hidden=hidden) != cell


@given(TEXTS, TEXTS)
def test_no_two_texts_have_the_same_cell_or_digest(one: str, other: str) -> None:
    assert (text_cell(one) == text_cell(other)) == (one == other)
    assert (MASK.cell(one, hidden=True) == MASK.cell(other, hidden=True)) == (one == other)


def test_a_masked_value_is_there_as_its_length_and_a_digest_that_needs_the_key() -> None:
    cell = MASK.cell("s3cret 😀", hidden=True)
    masked = value_of(cell)
    assert isinstance(masked, Masked)
    assert masked.units == 9
    assert isinstance(cell, bytes)
    assert b"s3cret" not in cell
    assert cell != Mask(b"l" * 32).cell("s3cret 😀", hidden=True)


def test_a_redacted_value_is_there_as_its_length() -> None:
    assert value_of(MASK.cell(Redacted(12), hidden=False)) == Redacted(12)
    assert isinstance(value_of(MASK.cell(Redacted(12), hidden=True)), Redacted)


def test_no_value_is_no_value() -> None:
    assert value_of(MASK.cell(None, hidden=True)) is None


@given(TEXTS, st.binary(min_size=16, max_size=16))
def test_a_sealed_value_can_be_read_with_the_key_alone(text: str, nonce: bytes) -> None:
    sealed = MASK.seal(text, nonce)
    assert sealed is not None
    cell = MASK.cell(text, hidden=True)
    assert MASK.unseal(sealed, cell) == text
    assert Mask(b"l" * 32).unseal(sealed, cell) is None
    assert MASK.unseal(sealed[:-1], cell) is None
    assert MASK.unseal(sealed, MASK.cell(text + "x", hidden=True)) is None


def test_which_keys_are_hidden() -> None:
    assert MASK.hides("auth.token")
    assert MASK.hides("cart", "token")
    assert not MASK.hides("cart")
    assert not Mask(b"k" * 32, keep_secrets=True).hides("auth.token")


def test_a_damaged_escape_is_said_to_be_damage() -> None:
    with pytest.raises(sqlite3.DatabaseError, match="not written so"), telling_damage():
        text_of(b"e\\wd800")

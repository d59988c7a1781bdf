"""Rows come to what they should be, by granular signals that Qt's own tester finds in order."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from monitor.ui import rows
from monitor.ui.rows import Rows, runs
from tests.ui.model_watch import ModelWatch


class Numbers(QAbstractListModel):
    """The smallest model that there is."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Rows[int] = Rows(self)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.rows.shown)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        return str(self.rows.shown[index.row()]) if role == Qt.ItemDataRole.DisplayRole else None


ORDERS = st.lists(st.integers(0, 400), unique=True, max_size=200)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("every", [1, 7])
@pytest.mark.parametrize("most_runs", [1, 1_000])
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(orders=st.lists(ORDERS, min_size=2, max_size=4))
def test_rows_come_to_any_order_and_persistent_indexes_follow(
    most_runs: int, every: int, orders: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MOST_RUNS", most_runs)
    model = Numbers()
    followed: list[tuple[QPersistentModelIndex, int]] = []
    for wanted in orders:
        given = wanted[:]
        model.rows.reconcile(wanted)
        assert model.rows.shown == wanted == given
        for index, number in followed:
            assert index.isValid() == (number in wanted)
            assert not index.isValid() or wanted[index.row()] == number
        followed = [
            (QPersistentModelIndex(model.index(row)), number) for row, number in enumerate(wanted) if row % every == 0
        ]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("part", [0, 7])
def test_the_list_that_was_given_remains_the_callers(part: int) -> None:
    model = Numbers()
    model.rows.reconcile(list(range(part)))
    for wanted in ([*range(500, 900)], [*range(500, 900, 2)], [*range(898, 498, -2)], [*range(500, 900)]):
        given = wanted[:]
        model.rows.reconcile(wanted, part)
        wanted.clear()
        assert model.rows.shown == [*range(part), *given]


@pytest.mark.usefixtures("qapp")
@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(before=ORDERS, after=ORDERS)
def test_signals_are_in_order(before: list[int], after: list[int]) -> None:
    model = Numbers()
    model.rows.reconcile(before[:60])
    watch = ModelWatch(model)
    model.rows.reconcile(after[:60])
    watch.end()


@pytest.mark.usefixtures("qapp")
def test_only_the_given_part_changes() -> None:
    model = Numbers()
    model.rows.reconcile([1, 2, 3, 4, 5])
    model.rows.reconcile([3, 9, 2], 1, 3)
    assert model.rows.shown == [1, 3, 9, 2, 4, 5]
    assert model.rows.places([4, 1, 77]) == [0, 4]


@pytest.mark.usefixtures("qapp")
def test_what_stays_is_not_touched() -> None:
    model = Numbers()
    model.rows.reconcile([1, 2, 3])
    told: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda _parent, first, last: told.append((first, last)))
    model.rowsRemoved.connect(lambda _parent, first, last: told.append((-first, -last)))
    model.layoutChanged.connect(lambda: told.append((0, 0)))
    assert model.rows.reconcile([1, 7, 8, 2, 3])
    assert told == [(1, 2)]
    assert not model.rows.reconcile([1, 7, 8, 2, 3])
    assert told == [(1, 2)]


class Counting:
    """A row that counts how often it is compared."""

    compared = 0

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        Counting.compared += 1
        return self is other


class Named(QAbstractTableModel):
    """The smallest table that there is."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Rows[Counting] = Rows(self)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.rows.shown)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else 8

    def data(self, _index: QModelIndex | QPersistentModelIndex, _role: int = 0) -> Any:
        return None


@pytest.mark.usefixtures("qapp")
def test_a_row_is_looked_for_once_for_all_its_columns() -> None:
    model = Named()
    given = [Counting() for _ in range(1_000)]
    model.rows.reconcile(given)
    followed = [QPersistentModelIndex(model.index(0, column)) for column in range(8)]
    Counting.compared = 0
    model.rows.arrange(given[::-1])
    assert [index.row() for index in followed] == [999] * 8
    assert Counting.compared < 2 * len(given)


def test_runs_are_of_adjacent_places() -> None:
    assert list(runs([0, 1, 4, 6, 7, 8])) == [(0, 1), (4, 4), (6, 8)]
    assert list(runs([])) == []

"""A bare window with a tree and a table, for `start`: what PySide6 alone takes."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QTableView, QTreeView

from tests.bench.first_paint import tell_of_files, tell_of_first_paint


def _start() -> int:
    application = QApplication(["bench"])
    window = tell_of_first_paint(QMainWindow)()
    splitter = QSplitter(Qt.Orientation.Horizontal, window)
    tree, table = QTreeView(splitter), QTableView(splitter)
    tree.setModel(QStandardItemModel(0, 1, tree))
    table.setModel(QStandardItemModel(0, 6, table))
    window.setCentralWidget(splitter)
    window.resize(1180, 740)
    window.show()
    tell_of_files()
    return application.exec()


if __name__ == "__main__":
    sys.exit(_start())

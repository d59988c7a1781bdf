"""Fuzzing: what may be thrown at the app, and what must hold all the same.

- **Target**: a module that takes any bytes and asserts what must hold (``check``), with inputs to begin from
  (``SEEDS``). Which there are, `catalogue` says.
- **By chance**: Hypothesis draws the inputs, mostly mutations of the seeds (`mutation`). A short run of it is part of
  the tests (`test_targets`); it comes out the same each time.
- **Guided**: atheris mutates them and keeps those that reach code which none before has reached (`guided`);
  ``./packaging/fuzz`` runs that, for as many inputs as are asked for.

An input that found a fault joins the seeds of its target, with a word on what it was.
"""

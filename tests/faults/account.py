"""Account: what was tried, what was told, and what is found wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Account:
    """``wrong`` names every finding in words; `lost`, `twice` and `two_outcomes` count those of the worst kinds."""

    faults: Counter[str] = field(default_factory=Counter)
    edits: int = 0
    """Asked for, as the journal has them."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Of what was told."""
    lost: int = 0
    twice: int = 0
    two_outcomes: int = 0
    late: int = 0
    """Edits that nobody knew the outcome of when the app was started again, and that were answered after all."""
    rolled_back: int = 0
    """Applied, told, and then forgotten by a browser that was killed before it had them on disk."""
    not_cached: int = 0
    """Pages that the browser did not keep in its back/forward cache, and loaded anew."""
    checked: int = 0
    """Acknowledged edits that were looked for in the browser and in the journal."""
    longest_gap: float = 0.0
    """Milliseconds for which a window did not answer."""
    wrong: list[str] = field(default_factory=list)

    def as_text(self) -> str:
        """The figures, a line each."""
        width = max(map(len, self.faults), default=0)
        lines = [f"{name:<{width}}  {count:>5}" for name, count in sorted(self.faults.items())]
        told = ", ".join(f"{count:,} {outcome}" for outcome, count in self.outcomes.most_common())
        lines += [
            "",
            f"faults tried             {self.faults.total():,}",
            f"edits                    {self.edits:,} ({told})",
            f"acknowledged, looked for {self.checked:,}",
            f"lost                     {self.lost:,}",
            f"applied twice            {self.twice:,}",
            f"with two outcomes        {self.two_outcomes:,}",
            f"unknown, answered late   {self.late:,}",
            f"forgotten by the browser {self.rolled_back:,} (killed before it had them on disk)",
            f"not cached, loaded anew  {self.not_cached:,}",
            f"longest gap of a window  {self.longest_gap:,.0f} ms",
            f"found wrong              {len(self.wrong):,}",
        ]
        return "\n".join([*lines, *(f"  {each}" for each in self.wrong)])

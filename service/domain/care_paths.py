"""Where else a family can turn for a check: Early Intervention, the school, the child's doctor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CarePath:
    """One way to care (knowledge c6). Months are whole and completed, ends included."""

    id: str
    source: str
    text: str
    """The message that tells of it."""
    from_months: int
    to_months: int | None
    without_age: bool
    """Told where the age is not known, and never else."""

    def covers(self, age_months: int | None) -> bool:
        """Whether this path is open to a child of that age."""
        if age_months is None or self.without_age:
            return self.without_age and age_months is None
        return self.from_months <= age_months and (
            self.to_months is None or age_months <= self.to_months
        )


@dataclass(frozen=True, slots=True)
class CarePaths:
    """All paths, in the order in which they are told."""

    paths: tuple[CarePath, ...]

    def texts(self, age_months: int | None) -> tuple[str, ...]:
        """The messages for a child of that age."""
        return tuple(path.text for path in self.paths if path.covers(age_months))

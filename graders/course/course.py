"""course.yml as a validated `Course`; every error names the file, the line and the key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from graders.course.lines import LOADER, line_at, lines_of, no_key_twice, values_of
from graders.course.place import FILE_NAME, find_course, refuse_newer
from graders.errors import CourseError, UsageError, not_yaml
from graders.judging.requirements import never_graded

_Id = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_\-]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,), allow_inf_nan=False)


class Concept(_Strict):
    """One graded idea. `requires` names concepts, `exercise.concept`, that it builds on.

    A concept that is `dropped` is graded and shown, and counts nothing.
    """

    id: _Id
    title: str
    points: float = Field(gt=0, le=1_000_000)
    dropped: bool = False
    requires: tuple[str, ...] = ()
    hints: tuple[str, ...] = Field(default=(), max_length=3)

    @property
    def worth(self) -> float:
        """Points that it counts for."""
        return 0.0 if self.dropped else self.points


class Exercise(_Strict):
    """One stub file; `id` is its file stem, `needs` what its worker may import beyond the standard library."""

    id: _Id
    title: str
    needs: tuple[Literal["numpy", "torch"], ...] = ()
    concepts: tuple[Concept, ...]

    @property
    def flavour(self) -> str:
        """Kind of worker: `"python"`, `"numpy"` or `"torch"`."""
        return "torch" if "torch" in self.needs else "numpy" if "numpy" in self.needs else "python"

    @property
    def max_score(self) -> float:
        """Points of all concepts."""
        return float(sum(concept.worth for concept in self.concepts))


class LimitSettings(_Strict):
    """Seconds for one case, megabytes beyond a worker's start, kilobytes of printed text kept; then budgets.

    `exercise` and `submission` are the seconds for all cases together, new workers after crashes included, `answers`
    the megabytes of the grader's memory for an exercise. Right answers need less than a tenth: on two cores under a
    load of eight at most 2.8 s for an exercise, 12 s for a course, and 4 MB. The machine's own delay does not count, as
    far as it is known. With the grader's own time for the search, a submission ends within ten minutes.
    """

    wall: float = Field(default=2.0, gt=0)
    memory: int = Field(default=512, ge=64, le=1 << 20)
    output: int = Field(default=64, ge=1)
    exercise: float = Field(default=90.0, gt=0)
    submission: float = Field(default=360.0, gt=0)
    answers: int = Field(default=64, ge=1)


class Defaults(_Strict):
    """Cases drawn for a bank, and the tolerance `|actual - expected| <= atol + rtol * |expected|`."""

    cases: int = Field(default=100, ge=1, le=100_000)
    rtol: float = Field(default=1e-9, ge=0, lt=1)
    atol: float = Field(default=1e-12, ge=0, lt=1)


class LatePolicy(_Strict):
    """Percent of the score taken for each begun day after the grace, nothing left after `max_days`."""

    percent_per_day: float = Field(default=0.0, ge=0, le=100)
    grace_minutes: float = Field(default=0.0, ge=0, le=5_256_000)
    max_days: int | None = Field(default=None, ge=0)


class Assignment(_Strict):
    """Exercises that are due together.

    `attempts` says which hand-in counts where there are several: the `last`, or the one with the `best` final score.
    With `weight`, which all assignments of a course have or none, the final score of the course is the mean of the
    assignments' percents by weight; without, it is the sum of their points. An exercise that stands in several
    assignments counts in the first.
    """

    id: _Id
    title: str
    due: dt.datetime | None = None
    exercises: tuple[str, ...]
    late: LatePolicy = LatePolicy()
    attempts: Literal["last", "best"] = "last"
    weight: float | None = Field(default=None, gt=0)

    @field_validator("due", mode="before")
    @classmethod
    def _as_time(cls, due: Any) -> Any:
        """Take a day alone for its last minute, as extensions.csv does, and no number for seconds since 1970."""
        if isinstance(due, int | float):
            raise ValueError("write a time such as 2027-02-07T23:59:00Z")
        day = dt.date.fromisoformat(due) if isinstance(due, str) and len(due) <= len("2027-02-07") else due
        only_day = isinstance(day, dt.date) and not isinstance(day, dt.datetime)
        return dt.datetime.combine(day, dt.time(23, 59)) if only_day else due


class Course(_Strict):
    """A whole course.yml. `leafgrad` is the version that wrote it into a student's folder."""

    format: Literal[1]
    leafgrad: str | None = None
    course: _Id
    title: str
    public_key: str = Field(min_length=1)
    limits: LimitSettings = LimitSettings()
    defaults: Defaults = Defaults()
    assignments: tuple[Assignment, ...] = ()
    exercises: tuple[Exercise, ...] = Field(min_length=1)
    path: Path = Path(FILE_NAME)

    @property
    def folder(self) -> Path:
        """The directory that holds course.yml."""
        return self.path.parent

    @cached_property
    def _by_id(self) -> dict[str, Exercise]:
        return {exercise.id: exercise for exercise in self.exercises}

    @property
    def exercise_ids(self) -> tuple[str, ...]:
        """Ids in teaching order."""
        return tuple(self._by_id)

    def exercise(self, exercise_id: str) -> Exercise:
        """Return an exercise by its id, or by an unambiguous beginning such as `"ex02"`.

        Raises:
            UsageError: there is no such exercise.
        """
        if exercise_id in self._by_id:
            return self._by_id[exercise_id]
        begun = [exercise for name, exercise in self._by_id.items() if exercise_id and name.startswith(exercise_id)]
        if len(begun) == 1:
            return begun[0]
        raise UsageError(f"There is no exercise {exercise_id!r}.", f"The course has {', '.join(self._by_id)}.")

    def concept(self, address: str) -> tuple[Exercise, Concept]:
        """Return the exercise and the concept of an address such as `"ex02_closures.mul"`.

        Raises:
            UsageError: there is no such exercise or concept.
        """
        exercise_id, _, concept_id = address.partition(".")
        exercise = self.exercise(exercise_id)
        for concept in exercise.concepts:
            if concept.id == concept_id:
                return exercise, concept
        names = ", ".join(concept.id for concept in exercise.concepts)
        if not concept_id:
            first = next((f", such as {exercise.id}.{one.id}" for one in exercise.concepts), "")
            raise UsageError(f"{exercise.id} is an exercise.", f"Give one of its concepts{first}: {names}.")
        raise UsageError(f"{exercise.id} has no concept {concept_id!r}.", f"It has {names}.")

    def assignment(self, assignment_id: str) -> Assignment:
        """Return an assignment by its id; UsageError when there is none."""
        for assignment in self.assignments:
            if assignment.id == assignment_id:
                return assignment
        names = ", ".join(assignment.id for assignment in self.assignments)
        raise UsageError(f"There is no assignment {assignment_id!r}.", f"The course has {names}.")

    @model_validator(mode="after")
    def _names_are_known(self) -> Course:
        _unique("exercises", [exercise.id for exercise in self.exercises])
        _unique("assignments", [assignment.id for assignment in self.assignments])
        for exercise in self.exercises:
            _unique(f"concepts of {exercise.id}", [concept.id for concept in exercise.concepts])
        _requirements_come_first(self.exercises)
        ids = {exercise.id for exercise in self.exercises}
        for assignment in self.assignments:
            for name in assignment.exercises:
                if name not in ids:
                    raise ValueError(f"assignment {assignment.id} lists {name!r}, which is not an exercise")
        _all_weighed(self.assignments)
        return self


def load_course(path: str | Path | None = None) -> Course:
    """Return the validated course.

    Args:
        path: A course.yml or the folder that holds it; None walks up from the working directory.

    Raises:
        CourseError: the file is missing, is no YAML, or has a wrong key or value; names file, line and key.
    """
    file = find_course(Path.cwd()) if path is None else Path(path)
    file = file / FILE_NAME if file.is_dir() else file
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(f"{file} is no UTF-8 text ({error.reason}).", "Save it as UTF-8.") from None
    except OSError as error:
        why = (error.strerror or "error").lower()
        raise CourseError(f"{file} cannot be read: {why}.", "Give --course with the path of course.yml.") from None
    try:
        loader = LOADER(text)
        tree = loader.get_single_node()
        no_key_twice(file, tree)
        values = values_of(file, loader, tree)
    except yaml.YAMLError as error:
        raise not_yaml(file, error) from None
    except RecursionError:
        raise CourseError(
            f"{file}: an alias (`*`) stands inside what it repeats, or lists are nested too deeply.", "Write it out."
        ) from None
    if not isinstance(values, dict):
        raise CourseError(f"{file}, line 1: a course is a mapping with the keys format, course, title, …")
    refuse_newer(file, values)
    try:
        return Course.model_validate(values | {"path": file.resolve()})
    except ValidationError as error:
        raise _course_error(file, tree, error) from None


_SAID = {
    "extra_forbidden": "there is no such key",
    "missing": "this key is missing",
    "tuple_type": "this should be a list",
    "too_short": "this list should not be empty",
    "model_type": "this should be a mapping of keys to values",
    "string_type": "this should be text",
    "string_pattern_mismatch": "this should be made of letters, digits, _ and - only",
    "int_parsing": "this should be a whole number",
    "float_parsing": "this should be a number",
    "float_type": "this should be a number",
}
"""Type of an error of pydantic to what is said of it; for all others its own sentence is."""


def _course_error(file: Path, tree: yaml.Node | None, error: ValidationError) -> CourseError:
    first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    path = first["loc"] or getattr(first.get("ctx", {}).get("error"), "path", ())
    named = first["msg"].split("'")[1::2] if not path else ()
    lines = [line for name in named for line in lines_of(tree, name)] if tree else []
    line = lines[-1] if lines else line_at(tree, path)
    key = ".".join(str(part) for part in path) or "course"
    said = _SAID.get(first["type"]) or first["msg"].removeprefix("Value error, ")
    return CourseError(f"{file}, line {line}, key {key}: {said[0].lower() + said[1:]}.", "Correct it and run again.")


class _Misplaced(ValueError):
    """A mistake whose place in course.yml is known: `path` leads to it."""

    def __init__(self, message: str, path: tuple[int | str, ...]) -> None:
        super().__init__(message)
        self.path = path


def _requirements_come_first(exercises: Sequence[Exercise]) -> None:
    places = {
        f"{exercise.id}.{concept.id}": (("exercises", number, "concepts", position, "requires"), concept.requires)
        for number, exercise in enumerate(exercises)
        for position, concept in enumerate(exercise.concepts)
    }
    for address, position, why in never_graded({address: requires for address, (_, requires) in places.items()}):
        path, requires = places[address]
        raise _Misplaced(f"{address} requires {requires[position]!r}, {why}", (*path, position))


def _all_weighed(assignments: Sequence[Assignment]) -> None:
    without = [place for place, one in enumerate(assignments) if one.weight is None]
    if without and len(without) < len(assignments):
        name = assignments[without[0]].id
        raise _Misplaced(f"{name} has no weight, and other assignments have one", ("assignments", without[0], "id"))


def _unique(what: str, ids: list[str]) -> None:
    for position, name in enumerate(ids):
        if name in ids[:position]:
            raise ValueError(f"the id '{name}' stands twice among the {what}")

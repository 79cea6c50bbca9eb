"""What course.yml lists and what `graders/concepts` declares, held against each other before anything is graded.

Cycles among `requires`, and an order that contradicts them, are found when course.yml is read.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import yaml

from graders.course.course import Course, Exercise
from graders.course.lines import LOADER, Place, line_at
from graders.course.own import OWN, own_file, spec_of
from graders.errors import CourseError
from graders.spec import BankSpec, Check, ExerciseSpec, concept_file

_HOME = Path(__file__).parents[1]


def bind(course: Course, exercises: Iterable[str] | None = None) -> dict[str, ExerciseSpec]:
    """Return the declarations of some exercises, each of whose concepts stands in course.yml, and the reverse.

    Args:
        course: The course.
        exercises: Ids; None for all.

    Raises:
        CourseError: course.yml and the declarations do not fit; names file and line.
    """
    return {name: _bound(course, course.exercise(name)) for name in exercises or course.exercise_ids}


def look_up(spec: ExerciseSpec) -> None:
    """Find every function that the banks of an exercise name (imports hypothesis, and torch where a player needs it).

    Raises:
        CourseError: a strategy, a player or an oracle does not exist; names file and line.
    """
    for bank in spec.banks():
        for room, name in _named(bank):
            try:
                module = import_module(f"graders.{room}.{bank.kind}")
            except ModuleNotFoundError as error:
                if error.name and error.name.startswith("graders."):
                    raise _undeclared(spec, bank, room, name) from None
                raise
            if not hasattr(module, name):
                raise _undeclared(spec, bank, room, name)


def _named(bank: BankSpec) -> Iterator[tuple[str, str]]:
    if bank.draw:
        yield "strategies", bank.draw
    yield "players", bank.play
    yield "oracles", bank.play


def _undeclared(spec: ExerciseSpec, bank: BankSpec, room: str, name: str) -> CourseError:
    return CourseError(
        f"{_declared(spec.id, name)}: the bank {bank.id!r} names {name!r}, which graders/{room}/{bank.kind}.py lacks.",
        "Write it there, or correct the name.",
    )


def _bound(course: Course, exercise: Exercise) -> ExerciseSpec:
    place: Place = ("exercises", course.exercise_ids.index(exercise.id))
    spec = _loaded(course, exercise, (*place, "id"))
    file = _file(course, exercise.id)
    listed, declared = [concept.id for concept in exercise.concepts], [concept.id for concept in spec.concepts]
    for number, name in enumerate(listed):
        if name not in declared:
            raise CourseError(
                f"{_listed(course, (*place, 'concepts', number, 'id'))}: {exercise.id} has the concept {name!r}, "
                f"which {_short(file)} does not declare.",
                f"It declares {', '.join(declared)}. Declare it there, or correct the id.",
            )
    for concept in spec.concepts:
        if concept.id not in listed:
            raise CourseError(
                f"{_declared(exercise.id, concept.id, file)}: the concept {concept.id!r} is declared, and "
                f"{course.path} does not list it under {exercise.id}.",
                "Add it there with a title and points, or take it out here.",
            )
        for check in concept.checks:
            _known_concepts(spec, check, declared, file)
    return spec


def _loaded(course: Course, exercise: Exercise, place: Place) -> ExerciseSpec:
    """Return the declarations of an exercise, as the sentence that says why there are none if there are none."""
    file = _file(course, exercise.id)
    if not file.is_file():
        raise CourseError(
            f"{_listed(course, place)}: the exercise {exercise.id!r} has no checks: {_short(file)} is missing.",
            "Correct the id, take the exercise out, or write its checks there. `leafgrad new exercise` writes a start.",
        )
    try:
        spec = spec_of(course.folder, exercise.id)
    except Exception as error:
        raise CourseError(
            f"{_raised_in(file, error)}: {type(error).__name__}: {error}.", "Correct it there."
        ) from error
    if spec.id != exercise.id:
        raise CourseError(
            f"{_listed(course, place)}: there is no exercise {exercise.id!r}; {_short(file)} declares {spec.id!r}.",
            "Correct the id.",
        )
    return spec


def _known_concepts(spec: ExerciseSpec, check: Check, declared: list[str], file: Path) -> None:
    for field in ("absent", "dtype", "counts_only_with"):
        for name in getattr(check, field):
            if name not in declared:
                raise CourseError(
                    f"{_declared(spec.id, name, file)}: the check {check.id!r} names {name!r} under {field}, which is "
                    f"no concept of {spec.id}.",
                    f"It has {', '.join(declared)}.",
                )


def _listed(course: Course, place: Place) -> str:
    """Return file and line of a place in course.yml."""
    text = course.path.read_text(encoding="utf-8")
    return f"{course.path}, line {line_at(yaml.compose(text, Loader=LOADER), place)}"


def _file(course: Course, exercise: str) -> Path:
    """Return where an exercise is declared, or where it should be."""
    packaged = concept_file(exercise)
    return own_file(course.folder, exercise) or (
        packaged if packaged.is_file() else course.folder / OWN / f"{exercise}.py"
    )


def _declared(exercise: str, name: str, file: Path | None = None) -> str:
    """Return file and line where a name stands first in the declarations of an exercise."""
    own = concept_file(exercise) if file is None else file
    if not own.is_file():
        return f"{OWN}/{exercise}.py"
    for file in [own, *sorted(own.parent.glob(f"{own.stem}_*.py"))]:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if f'"{name}"' in line:
                return f"{_short(file)}, line {number}"
    return _short(own)


def _raised_in(file: Path, error: BaseException) -> str:
    """Return file and line of a declaration that could not be loaded."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_short(Path(error.filename))}, line {error.lineno}"
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent == file.parent
    ]
    return f"{_short(Path(frames[-1].filename))}, line {frames[-1].lineno}" if frames else _short(file)


def _short(file: Path) -> str:
    """Return a path of ours from `graders/` on."""
    return (Path(_HOME.name) / file.relative_to(_HOME)).as_posix() if file.is_relative_to(_HOME) else str(file)

"""Commands that look behind a verdict: bank, explain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graders.cli.addresses import understood
from graders.cli.student import Address, CourseOption

if TYPE_CHECKING:
    from graders.course.course import Course


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (bank, explain):
        app.command()(command)


def bank(
    address: Address,
    case: Annotated[
        int | None, typer.Option("--case", min=1, help="Show this case whole: code, torch's values, every wrong idea.")
    ] = None,
    check: Annotated[
        str | None, typer.Option("--check", help="Only this check. Default: all checks of the concept.")
    ] = None,
    graded: Annotated[
        bool, typer.Option("--graded", help="Under the secret key, as in graded runs. Default: the public key.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Show the cases that a concept is judged on. With torch's values, and what each wrong idea answers."""
    from graders.banks.store import BankStore
    from graders.cli.progress import counting
    from graders.course.bind import bind
    from graders.course.course import load_course
    from graders.errors import UsageError
    from graders.judging.compare import Tolerance
    from graders.render.bank import show_bank, show_case

    loaded = load_course(course)
    exercise, concept = loaded.concept(understood(loaded, address))
    spec = bind(loaded, [exercise.id])[exercise.id].concept(concept.id)
    chosen = [one for one in spec.checks if check in (None, one.id)]
    if not chosen:
        raise UsageError(
            f"{exercise.id}.{concept.id} has no check {check!r}.", f"It has {', '.join(one.id for one in spec.checks)}."
        )
    with counting() as progress:
        banks = BankStore(loaded, _key(loaded) if graded else None, progress=progress).banks(exercise.id)
    tolerance = Tolerance(loaded.defaults.rtol, loaded.defaults.atol)
    having = [one for one in chosen if case is None or case <= len(banks[one.bank.id])]
    if not having:
        sizes = ", ".join(f"that of {one.id} has {len(banks[one.bank.id])} cases" for one in chosen)
        raise UsageError(
            f"No bank of {exercise.id}.{concept.id} has a case {case}: {sizes}.", "Give --case with one of them."
        )
    for one in having:
        if case is None:
            show_bank(one, banks[one.bank.id], tolerance)
        else:
            show_case(one, banks[one.bank.id], case - 1, tolerance)
    if case is None:
        print(f"Next: leafgrad bank {exercise.id}.{concept.id} --case 1")


def explain(
    report: Annotated[Path, typer.Argument(help="A report as JSON: graded/reports/<student>.json", show_default=False)],
    address: Address,
    course: CourseOption = None,
) -> None:
    """Say how a verdict came about. What each check looked at, what counted, and how the points add up."""
    from graders.banks.store import BankStore
    from graders.course.bind import bind
    from graders.course.course import load_course
    from graders.errors import UsageError
    from graders.exports.graded import read_graded
    from graders.render.explain import explained
    from graders.text import plain

    if report.is_dir():
        raise UsageError(f"{plain(str(report))} is a folder.", "Give one report: DIR/reports/STUDENT.json.")
    loaded = load_course(course)
    exercise, concept = loaded.concept(understood(loaded, address))
    spec = bind(loaded, [exercise.id])[exercise.id].concept(concept.id)
    (found,), _ = read_graded(report)
    results = [(one, result) for one, result in found.concepts() if (one.id, result.id) == (exercise.id, concept.id)]
    if not results:
        raise UsageError(
            f"{plain(str(report))} says nothing about {exercise.id}.{concept.id}.",
            "It was graded without that exercise; grade it again, or name a concept that it holds.",
        )
    judged, result = results[0]
    stores = [BankStore(loaded, key) for key in dict.fromkeys((None, _key(loaded)))]
    here = next((store for store in stores if store.key_id == found.key_id), None)
    same = here.cases_digest(exercise.id) == judged.cases if here and judged.cases else None
    for line in explained(found, judged, result, concept, spec, same):
        print(line)


def _key(course: Course) -> str | None:
    from graders.course.keys import secret_key

    return secret_key(course)

"""How a verdict came about, from a report and the declarations of its concept: lines of plain text."""

from __future__ import annotations

from collections.abc import Iterator

from graders.course.course import Concept
from graders.render.bank import rule_of_three
from graders.render.concept import points
from graders.report import CheckResult, ConceptResult, ExerciseResult, Report
from graders.spec import Check, ConceptSpec
from graders.text import plain


def explained(
    report: Report,
    exercise: ExerciseResult,
    result: ConceptResult,
    concept: Concept,
    spec: ConceptSpec,
    same_cases: bool | None,
) -> Iterator[str]:
    """Yield lines on one concept of a report.

    Args:
        report: The report.
        exercise: Its part on the exercise.
        result: Its part on the concept.
        concept: What course.yml says of it.
        spec: Its declarations.
        same_cases: Whether this machine has the cases that it was judged on; None where that is not known.
    """
    earned = f"{points(result.score)} of {points(result.max_score)} points"
    yield f"{exercise.id}.{result.id}: {plain(result.title)}, {earned}"
    yield f"Graded by leafgrad {plain(report.grader_version)} under the key {plain(report.key_id)}."
    if same_cases is not None:
        same = "They are the cases of this folder" if same_cases else "This folder has other cases"
        yield f"{same}: `leafgrad bank {exercise.id}.{result.id}` shows them."
    if exercise.obstacle:
        yield f"The file cannot be loaded: {plain(exercise.obstacle.says)}"
    if concept.requires:
        yield f"It builds on {', '.join(concept.requires)}, and is judged where these pass."
    counted = [check for check in result.checks if check.status != "skipped"]
    weights = {check.id: check.weight for check in spec.checks}
    whole = sum(weights.get(check.id, 0.0) for check in counted)
    declared = {check.id: check for check in spec.checks}
    for check in result.checks:
        yield ""
        yield from _check(check, declared.get(check.id), weights.get(check.id, 0.0), whole)
    yield ""
    yield from _sum(result, counted, weights, whole, concept)


def _check(result: CheckResult, check: Check | None, weight: float, whole: float) -> Iterator[str]:
    share = f", {100 * weight / whole:.0f}% of the points" if whole and result.status != "skipped" else ""
    yield f"{result.id}: {result.status}{share}"
    yield f"  Right code: {plain(result.says)}"
    if result.cases:
        yield f"  {result.failed} of {result.cases} cases failed; one failed case loses the check."
    if check and check.bank.draw and result.status == "passed" and result.cases > len(check.bank.fixed):
        yield f"  {rule_of_three(result.cases - len(check.bank.fixed))}"
    if check:
        yield f"  It compares {', '.join(check.labels)} in the bank {check.bank.id}."
        if check.rule:
            yield f"  Rule: {' '.join((check.rule.__doc__ or '').split())}"
        if check.counts_only_with:
            yield f"  It counts only once part of {' or '.join(check.counts_only_with)} is right."
        if check.absent:
            yield f"  Missing code is scored under {' or '.join(check.absent)}."
    if result.message:
        yield f"  Message: {plain(result.message)}"
    if result.misconception:
        yield f"  Wrong idea: {plain(result.misconception.id)}. {plain(result.misconception.sentence)}"
        yield "  It explains the answers of this code in every case of the concept, and no other wrong idea does."


def _sum(
    result: ConceptResult, counted: list[CheckResult], weights: dict[str, float], whole: float, concept: Concept
) -> Iterator[str]:
    if not counted:
        yield f"Nothing of it was judged, so it earns 0 of {points(result.max_score)} points."
        return
    earned = sum(weights.get(check.id, 0.0) for check in counted if check.status == "passed")
    yield (
        f"Passed checks weigh {earned:g} of {whole:g}: {points(result.max_score)} x {earned:g} / {whole:g} = "
        f"{points(result.max_score * earned / whole if whole else 0.0)} points."
    )
    if result.override is not None:
        yield f"Set by hand to {points(result.score)} points: {plain(result.override)}"
        return
    if concept.worth != result.max_score:
        yield f"course.yml gives {points(concept.worth)} points now: run `leafgrad regrade`."
    elif whole and abs(result.max_score * earned / whole - result.score) > 1e-6:
        yield "The weights of the checks have changed since it was graded: grade it again."

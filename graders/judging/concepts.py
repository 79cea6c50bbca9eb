"""All concepts of one exercise of one submission, judged in their order, within what the exercise may use up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graders.course.course import Concept
from graders.judging.exercise import ExerciseRun
from graders.report import ConceptResult
from graders.sandbox.clock import Spent


def judge_all(
    run: ExerciseRun, concepts: Sequence[Concept], done: dict[str, ConceptResult], missing: str
) -> list[ConceptResult]:
    """Return the results of some concepts, not explained yet, and add them to `done` by address.

    All concepts are judged before any is explained. So where an allowance does not last, all have the same result,
    wherever it ended, and the report is the same in every run.

    Args:
        run: The exercise.
        concepts: Of it, in their order.
        done: Results of the exercises before.
        missing: Why there is nothing to judge; empty when there is something.
    """
    before = dict(done)
    try:
        return _one_by_one(run, concepts, done, missing)
    except Spent as spent:
        done.clear()
        done.update(before)
        run.signals.append(f"{run.exercise.id}: not judged. {spent}")
        return [_not_judged(run, concept, done, spent) for concept in concepts]


def _one_by_one(
    run: ExerciseRun, concepts: Sequence[Concept], done: dict[str, ConceptResult], missing: str
) -> list[ConceptResult]:
    results = []
    if not missing:
        run.replay.allowance.check()
        run.observe(concept for concept in concepts if all(_passed(done, name) for name in concept.requires))
    for concept in concepts:
        unmet = [name for name in concept.requires if not _passed(done, name)]
        beside = [fault for name in concept.requires for fault in run.faults.get(name, ())]
        if missing:
            result = run.unjudged(concept, "not_started", missing)
        elif unmet or beside:
            own = all(name.startswith(f"{run.exercise.id}.") for name in unmet)
            result = (run.spared(concept) if own else None) or run.waiting(
                concept, unmet or list(dict.fromkeys(beside))
            )
        else:
            result = run.judge(concept)
        done[f"{run.exercise.id}.{concept.id}"] = result
        results.append(result)
    return results


def _not_judged(run: ExerciseRun, concept: Concept, done: dict[str, ConceptResult], spent: Spent) -> ConceptResult:
    """Return the one result of a spent allowance; what waits for an earlier exercise goes on to wait."""
    own = f"{run.exercise.id}."
    unmet = [name for name in concept.requires if not (name.startswith(own) or _passed(done, name))]
    result = run.waiting(concept, unmet) if unmet else run.unjudged(concept, spent.status, f"Not judged: {spent}")
    done[own + concept.id] = result
    return result


def _passed(done: Mapping[str, ConceptResult], concept: str) -> bool:
    return concept in done and done[concept].status == "passed"

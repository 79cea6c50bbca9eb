"""`tests/mutants/MATRIX.md` is of today, as far as can be known without grading: run `make selftest` when it is not."""

import re

import pytest

from graders.course.course import load_course
from graders.course.selftest import load_mutants
from graders.render.concept import points
from tests.conftest import ROOT

EXERCISES = load_course(ROOT).exercise_ids
MATRIX = (ROOT / "tests" / "mutants" / "MATRIX.md").read_text(encoding="utf-8")
HEAD, *PARTS = re.split(r"^## ", MATRIX, flags=re.MULTILINE)
MUTANTS, CONCEPTS = 1508, 162
"""Who adds a wrong version or a concept counts it here."""


def rows(exercise: str) -> dict[str, list[str]]:
    """Return the id of each mutant to the other cells of its row."""
    part = next(part for part in PARTS if part.startswith(f"{exercise}\n"))
    lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
    cells = [[cell.replace("\\|", "|") for cell in re.split(r"(?<!\\) \| ", line[2:-2])] for line in lines]
    assert all(len(row) == 6 for row in cells)
    return {name: rest for name, *rest in cells}


def names(cell: str) -> list[str]:
    return [name for name in cell.split(", ") if name]


def test_the_exercises_are_those_of_the_course():
    assert [part.partition("\n")[0] for part in PARTS] == list(EXERCISES)


def test_there_are_as_many_mutants_and_concepts_as_are_known(course):
    assert sum(len(load_mutants(course, exercise)) for exercise in EXERCISES) == MUTANTS
    assert sum(len(exercise.concepts) for exercise in course.exercises) == CONCEPTS


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_mutant_has_its_row_with_what_it_was_declared_to_cost(course, exercise):
    mutants, table = {mutant.id: mutant for mutant in load_mutants(course, exercise)}, rows(exercise)
    assert list(table) == list(mutants), "run `make selftest`"
    full = points(sum(concept.points for concept in course.exercise(exercise).concepts))
    assert f"\nStub 0, solution {full} of {full}.\n" in MATRIX
    for name, (says, concepts, cost, own, named) in table.items():
        mutant, (lost, _, waiting) = mutants[name], concepts.removesuffix(" wait").partition("; ")
        assert says == mutant.says.replace("\n", " "), name
        assert set(names(lost)) <= set(mutant.costs) <= {*names(lost), *names(waiting)}, name
        assert own == "yes" and names(lost), name
        assert 0 < float(cost.partition(" of ")[0]) <= float(full) and cost.endswith(f" of {full}"), name
        assert named == (", ".join(sorted(set(mutant.named.values()))) or "–"), name


def test_the_head_counts_the_rows():
    every = [row for exercise in EXERCISES for row in rows(exercise).values()]
    named = sum(row[-1] != "–" for row in every)
    single = sum(not re.search("[,;]", row[1]) for row in every)
    killed = f"{MUTANTS} mutants: {MUTANTS} killed, {MUTANTS} only in their own concepts"
    assert len(every) == MUTANTS
    assert f"\n{killed}, {named} named rightly, {MUTANTS - named} unnamed, 0 misnamed.\n" in HEAD
    assert f" {single} of {MUTANTS} cost one concept," in HEAD


def test_what_is_dear_is_listed_with_its_reason(course):
    listed = dict(re.findall(r"^- (\w+/\w+) costs [\d.]+ of [\d.]+: (.*)$", HEAD, re.MULTILINE))
    dear = {
        f"{exercise}/{name}"
        for exercise in EXERCISES
        for name, row in rows(exercise).items()
        if (lost := row[2].split(" of ")) and float(lost[0]) > 0.25 * float(lost[1]) + 0.01
    }
    assert listed.keys() == dear
    for exercise in EXERCISES:
        for mutant in load_mutants(course, exercise):
            if said := listed.get(f"{exercise}/{mutant.id}"):
                assert mutant.dear and said == f"{mutant.says} ({mutant.dear})"

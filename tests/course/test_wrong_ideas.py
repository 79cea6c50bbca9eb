"""The file of wrong ideas: what an entry becomes, what is refused, and that answers come from the edits."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from graders.course.course import load_course
from graders.course.wrong import Mutant, WrongIdeas, digest_of_wrong, load_wrong
from graders.errors import CourseError
from graders.judging.sight import KEEPS, NODE_FOR_NUMBER, RETURNS_NOTHING
from graders.notebook.doctor import examine_machine
from graders.spec import load_spec
from tests.conftest import ROOT

SPEC = load_spec("ex02_closures")
SOLUTION = """
def first():
    return 1

def second():
    return 1
"""
ENTRY = """
- idea: two
  sentence: "One, not two."
  edits:
  - id: first_is_two
    says: the first gives 2
    replace: [{old: "first():\\n    return 1", new: "first():\\n    return 2"}]
    costs: [add]
  - id: second_is_two
    says: the second gives 2
    replace: [{old: "second():\\n    return 1", new: "second():\\n    return 2"}]
    costs: [sub, mul]
    for: [sub]
  - id: first_is_two_again
    says: the first gives 2, written in another way
    replace: [{old: "first():\\n    return 1", new: "first():\\n    return 1 + 1"}]
    costs: [add]
"""


def written(folder: Path, text: str, solution: str = SOLUTION) -> WrongIdeas:
    (folder / "wrong").mkdir(exist_ok=True)
    (folder / "ex02_closures.py").write_text(solution)
    (folder / "wrong" / "ex02_closures.yml").write_text(text)
    wrong = load_wrong(folder, SPEC)
    assert wrong
    return wrong


def test_each_edit_is_a_mutant_and_the_first_of_each_concept_together_are_the_idea(tmp_path):
    wrong = written(tmp_path, ENTRY)
    ((idea, text),) = wrong.ideas.items()
    assert (idea.id, idea.sentence, idea.concepts, idea.given) == ("two", "One, not two.", ("add", "sub"), ())
    module = wrong.subject(SPEC, text).module()
    assert (module.first(), module.second()) == (2, 2)
    assert [(mutant.id, mutant.costs, mutant.named) for mutant in wrong.mutants] == [
        ("first_is_two", ("add",), {"add": "two"}),
        ("second_is_two", ("sub", "mul"), {"sub": "two"}),
        ("first_is_two_again", ("add",), {"add": "two"}),
    ]
    assert [mutant.predicts for mutant in wrong.mutants] == [True, True, False]
    assert wrong.mutants[0].source.decode().count("return 2") == 1


def test_an_edit_without_an_idea_is_a_mutant_without_a_name(tmp_path):
    alone = "- {id: m, says: s, replace: [{old: return 1, new: return 3, times: 2}], costs: [add]}"
    wrong = written(tmp_path, alone)
    assert not wrong.ideas and wrong.mutants[0].named == {}
    assert wrong.mutants[0].source.decode() == SOLUTION.replace("return 1", "return 3")


def test_one_entry_may_stand_for_several(tmp_path):
    wrong = written(
        tmp_path,
        """
- each: [{name: first, concept: add}, {name: second, concept: sub}]
  idea: ${name}_is_lost
  sentence: "$name costs $$1."
  edits:
  - {id: no_$name, says: no $name, replace: [{old: "def $name", new: "def _$name"}], costs: [$concept]}
""",
    )
    assert [(idea.id, idea.sentence, idea.concepts) for idea in wrong.ideas] == [
        ("first_is_lost", "first costs $1.", ("add",)),
        ("second_is_lost", "second costs $1.", ("sub",)),
    ]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("def first", "def third"), "first_is_two: .* stands 0 times in the solution, not 1"),
        (("return 1", "return 2"), "stands 0 times"),
    ],
)
def test_an_edit_that_does_not_fit_is_a_sentence(tmp_path, change, complaint):
    with pytest.raises(CourseError, match=complaint):
        written(tmp_path, ENTRY, SOLUTION.replace(*change))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            ("costs: [add]", "costs: [addition]"),
            "first_is_two: it changes nothing, or costs a concept that does not exist",
        ),
        (("return 2", "return 1"), "it changes nothing"),
        (("- idea: two", ENTRY.strip() + "\n- idea: two"), "two edits are called first_is_two"),
        (
            ("- idea: two", "- {idea: two, sentence: s, concepts: [add], edits: []}\n- idea: two"),
            "two ideas are called two",
        ),
        (("sentence: ", "spares: [addition]\n  sentence: "), "it spares what does not exist, or nothing counts it"),
        (("sentence: ", "spares: [add, sub]\n  sentence: "), "it spares what does not exist, or nothing counts it"),
    ],
)
def test_an_entry_that_cannot_be_is_a_sentence(tmp_path, change, complaint):
    assert change[0] in ENTRY
    with pytest.raises(CourseError, match=complaint):
        written(tmp_path, ENTRY.replace(*change, 1))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- idea: two\n  edits: [", "line 3: this is not YAML: "),
        ("- {id: m, says: s, replace: [{old: return 1, new: return 2, times: 2}]}", "entry m: .*costs"),
        ("- {idea: two, edits: []}", "entry two: .*sentence"),
        ("- {idea: two, sentence: s, edits: [{id: m}]}", "entry two: .*"),
        ("- {each: [{a: 1}], id: m, says: $b, costs: [add]}", "entry m: .*b"),
        ("- just a text", "entry just a text: .*"),
        ("idea: two", "a list of entries"),
    ],
)
def test_a_broken_file_is_a_sentence(tmp_path, text, complaint):
    with pytest.raises(CourseError, match=f"ex02_closures.yml.*{complaint}"):
        written(tmp_path, text)


def test_the_digest_follows_sentences_and_solutions_and_is_none_without_them(tmp_path):
    written(tmp_path, ENTRY)
    before = digest_of_wrong(tmp_path, ["ex02_closures", "ex03_backward"])
    (tmp_path / "wrong" / "ex02_closures.yml").write_text(ENTRY.replace("not two", "not 2"))
    after = digest_of_wrong(tmp_path, ["ex02_closures", "ex03_backward"])
    (tmp_path / "ex03_backward.py").write_text("x = 1\n")
    assert len({before, after, digest_of_wrong(tmp_path, ["ex02_closures", "ex03_backward"])}) == 3
    assert digest_of_wrong(tmp_path / "wrong", ["ex02_closures"]) is None
    (tmp_path / "wrong" / "ex02_closures.yml").unlink()
    assert digest_of_wrong(tmp_path, ["ex02_closures"]) is None


EXERCISES = load_course(ROOT).exercise_ids
BY_SIGHT = (RETURNS_NOTHING, NODE_FOR_NUMBER, KEEPS)


@cache
def of_course(exercise: str) -> WrongIdeas:
    wrong = load_wrong(ROOT / "solutions", load_spec(exercise))
    assert wrong
    return wrong


def second_sources(mutants: Iterable[Mutant]) -> list[Mutant]:
    """Return the mutants that must be named as an idea whose answers come from other edits."""
    return [mutant for mutant in mutants if mutant.named and not mutant.predicts]


def skeleton(source: bytes) -> str:
    """Return the code of a file without comments, docstrings, annotations and the names of variables."""
    tree, names = ast.parse(source), dict[str, str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:] or [ast.Pass()]
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.arg = names.setdefault(node.arg, str(len(names)))
        if isinstance(node, ast.Name):
            node.id = names.setdefault(node.id, str(len(names)))
    return ast.dump(tree)


def test_a_skeleton_has_no_names_of_variables():
    assert skeleton(b"def f(a: int) -> int:\n    'Doc.'\n    b = a\n    return b  # b") == skeleton(
        b"def f(x):\n    y = x\n    return y"
    )
    assert skeleton(b"def f(a):\n    return a + 1") != skeleton(b"def f(a):\n    return 1 + a")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_names_are_checked_by_a_second_source(exercise):
    wrong = of_course(exercise)
    second, known = second_sources(wrong.mutants), {idea.id for idea in (*wrong.ideas, *BY_SIGHT)}
    assert len(second) >= 20
    assert {idea for mutant in wrong.mutants for idea in mutant.named.values()} <= known
    predicting = {skeleton(mutant.source): mutant.id for mutant in wrong.mutants if mutant.predicts}
    same = {mutant.id: predicting.get(skeleton(mutant.source)) for mutant in second}
    assert not [pair for pair in same.items() if pair[1]]


def test_there_are_enough_second_sources():
    assert sum(len(second_sources(of_course(exercise).mutants)) for exercise in EXERCISES) >= 400


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_prediction_is_that_of_its_edit(course, store, exercise):
    wrong = of_course(exercise)
    predicted = {idea for bank in store.banks(exercise).values() for idea in bank.wrong}
    assert predicted == set(wrong.ideas)


def test_the_doctor_tells_of_a_solution_without_wrong_ideas(tmp_path, root):
    shutil.copy(root / "course.yml", tmp_path)
    shutil.copytree(root / "solutions", tmp_path / "solutions")
    assert all(finding.good for finding in examine_machine(tmp_path / "course.yml"))
    (tmp_path / "solutions" / "wrong" / "ex02_closures.yml").unlink()
    bad = [finding.says for finding in examine_machine(tmp_path / "course.yml") if not finding.good]
    assert bad == ["ex02_closures has a solution but no wrong ideas, so reports name none"]

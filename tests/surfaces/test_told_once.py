"""What a report prints: no more than 60 lines, one cause in one place, and the next step last."""

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from graders.cli import main
from graders.grading.attention import of_files, untouched_stubs
from graders.judging.compare import Tolerance
from graders.judging.finding import Finding
from graders.judging.messages import message, status_of, waits_for
from graders.judging.shrink import Failure
from graders.observation import Observation
from graders.render.concept import shown_check, word
from graders.render.next_step import next_command
from graders.render.terminal import MOST_LINES, show_concept, show_report
from graders.report import (
    CheckResult,
    ConceptResult,
    Counterexample,
    ExerciseResult,
    NamedMisconception,
    Obstacle,
    Report,
)
from graders.spec import load_spec

NAME = "ex02_closures.py"


def printed(report, width=80, show=show_report, height=None):
    """Return what is printed; on a terminal of that many lines, if given."""
    stream = io.StringIO()
    terminal = {"force_terminal": True, "height": height} if height else {}
    show(Console(file=stream, width=width, color_system=None, highlight=False, **terminal), report)
    return "\n".join(line.rstrip() for line in stream.getvalue().rstrip("\n").split("\n"))


def concept(name, status="failed", says="x is 1; it should be 2.", idea="", rows=0, snippet=1):
    labels = {f"label{number}": float(number) for number in range(rows)}
    found = Counterexample(
        snippet="x = 1\n" * snippet,
        expected=labels,
        actual={label: value + 1 for label, value in labels.items()},
        first_divergence=next(iter(labels), None),
    )
    check = CheckResult(id="value", says="It is right.", status=status, cases=3, failed=2, message=says)
    check.counterexample = found
    check.misconception = NamedMisconception(id="idea", sentence=idea) if idea else None
    return ConceptResult(id=name, title=f"The title of {name}", score=0, max_score=1, status=status, checks=[check])


def report_of(*exercises, **more):
    parts = [
        ExerciseResult(id=name, score=0, max_score=len(found), status="failed", concepts=found, **obstacle)
        for name, found, obstacle in exercises
    ]
    texts = dict.fromkeys(("course", "grader_version", "key_id", "isolation", "student_id", "submission_sha256"), "x")
    return Report(**texts, score=0, max_score=9, exercises=parts, **more)


@pytest.mark.parametrize("count", [1, 12, 30])
@pytest.mark.parametrize("length", [20, 300, 3000])
def test_no_report_is_longer_however_much_fails(count, length):
    words = " ".join(f"w{number}" for number in range(length // 4))
    found = [concept(f"c{n}", says=f"{n} {words}", rows=60, snippet=25) for n in range(count)]
    report = report_of(("ex04_a", found, {}), ("ex05_b", found, {}), notes=[words] * 30, signals=[words] * 9)
    for width in (80, 120):
        shown = printed(report, width).split("\n")
        assert len(shown) <= MOST_LINES and max(map(cell_len, shown)) <= width
    assert "leafgrad show ex0" in printed(report)


def test_a_report_takes_the_screen_where_no_sentence_is_lost_by_that():
    passed = [concept(f"p{n}", "passed") for n in range(12)]
    for one in passed:
        one.checks.clear()
    wrong = [concept("a", idea="Use +=.", rows=3), concept("b", says="1 " + "word " * 25)]
    report = report_of(("ex02", [*passed, *wrong], {}))
    assert len(printed(report).split("\n")) > 24 >= len(printed(report, height=24).split("\n")) + 1
    assert "Use +=." in printed(report, height=24) and "1 word" in printed(report, height=24)
    assert printed(report, height=60) == printed(report) == printed(report, height=12)


def test_holes_and_what_waits_for_them_take_a_line_each():
    holes = [concept(f"h{n}", "not_started", says=f"Not written yet: ex02.py, line {7 + n}.") for n in range(30)]
    waits = [concept(f"w{n}", "skipped", says="Waits for h1.") for n in range(30)]
    for width in (80, 120):
        said = printed(report_of(("ex02", [*holes, *waits], {})), width)
        assert len(said.split("\n")) == 7 and max(map(cell_len, said.split("\n"))) <= width
        assert "30 not written yet, from line 7 on: h0, h1" in said and "30 wait for h1: w0, w1" in said
    alone = printed(report_of(("ex02", [holes[3], waits[0], concept("x")], {})))
    assert "h3  0/1  not written yet: line 10" in alone and "Waits for h1." in alone


def test_what_is_partly_written_keeps_its_line():
    half = concept("half", "not_started", says="Not written yet: ex02.py, line 9.")
    half.checks.append(CheckResult(id="b", says="It is b.", status="passed"))
    holes = [concept(f"h{n}", "not_started", says=f"Not written yet: ex02.py, line {n}.") for n in (3, 4)]
    said = printed(report_of(("ex02", [holes[0], half, holes[1]], {})))
    assert "half  0/1  partly written, open at line 9" in said and "2 not written yet, from line 3 on: h3, h4" in said


def test_an_idea_and_an_exception_are_told_once():
    crash = 'NameError: name "y" is not defined (ex02.py, line 7).'
    found = [
        concept("a", idea="Use +=."),
        concept("b", "error", crash),
        concept("c", idea="Use +=."),
        concept("d", "error", crash),
        concept("e", says="x is 5; it should be 6."),
        concept("f", idea="Use the sign."),
    ]
    said = printed(report_of(("ex02", found, {})))
    assert said.count("Use +=.") == said.count("NameError") == said.count("Use the sign.") == 1
    assert "c  0/1  wrong, same idea as a" in said and "d  0/1  raises, same cause as b" in said
    assert "x is 5; it should be 6." in said


def test_equal_wrong_numbers_are_no_common_cause():
    said = printed(report_of(("ex02", [concept("a"), concept("b")], {})))
    assert "same" not in said and said.count("x is 1; it should be 2.") == 2


def test_the_same_idea_in_another_exercise_is_named_with_it():
    said = printed(report_of(("ex02", [concept("a", idea="I.")], {}), ("ex03", [concept("a", idea="I.")], {})))
    assert "same idea as ex02.a" in said


@pytest.mark.parametrize("line", [7, 0])
def test_a_file_that_cannot_be_loaded_is_told_in_its_exercise(line):
    obstacle = Obstacle(
        says="EOFError: EOF", file="ex02.py", line=line, code="n = input()", caret=4, advice="Remove it."
    )
    lost = [concept(name, "error", "ex02.py cannot be loaded: EOFError") for name in "abcdef"]
    report = report_of(("ex01", [concept("z")], {}), ("ex02", lost, {"obstacle": obstacle}))
    said = printed(report)
    assert said.count("EOFError") == said.count("Remove it.") == said.count("cannot be loaded") == 1
    assert "      n = input()\n          ^\n" in said
    where = "line 7 of ex02.py" if line else "ex02.py"
    assert f"Next: fix {where}." in said and next_command(report) == f"fix {where}."
    assert "leafgrad hint" not in said


def test_show_prints_every_row_and_every_check():
    wrong = concept("a", rows=30)
    wrong.checks.append(CheckResult(id="adds", says="It adds.", status="failed", cases=3, failed=1, message="No sum."))
    report = report_of(("ex02", [wrong], {}))
    said = printed(report, show=show_concept)
    assert "label29" in said and "No sum." in said and "more" not in said
    said = printed(report)
    assert "label29" not in said and "1 more check failed here: leafgrad show ex02.a" in said and "differ" in said


def test_the_next_step_is_in_what_is_begun():
    open_one = concept("first", "not_started", "There is no ex01.py in the submission.")
    report = report_of(("ex01", [open_one], {}), ("ex02", [concept("second")], {}))
    report.exercises[0].status = "not_started"
    assert "Next: second in ex02.py." in printed(report) and "Not started: ex01." in printed(report)


@pytest.mark.parametrize(
    ("old", "new", "said", "words"),
    [
        ("return math.tanh(", "return None  # (", "", {"wrong", "raises"}),
        ("def exp(self", "def expo(self", "has no exp", {"missing"}),
        ("self.grad += other.data * out.grad", "self.grad = nothing", "NameError", {"raises"}),
    ],
)
def test_word_and_sentence_agree(grade, solutions, old, new, said, words):
    source = solutions[NAME].decode()
    report = grade({NAME: source.replace(old, new)}, "ex02_closures", search=False)
    failed = [one for one in report.exercises[0].concepts if one.status not in ("passed", "skipped")]
    assert (old in source) == bool(failed)
    assert {word(one) for one in failed} <= words
    assert all(said in shown_check(one).message for one in failed[:1])


@pytest.mark.parametrize(
    ("exercise", "old", "new", "concept", "said"),
    [
        ("ex02_closures", "out.grad if self.data > 0", "out.grad if self.data >= 0", "kinks", "torch gives 0.0"),
        ("ex02_closures", "self.grad += other.data * out.grad", "pass", "mul", "torch gives 3.0"),
        ("ex01_finite_differences", "eps: float = 1e-5", "eps: float = 1e-3", "step_size", "it should be 1e-05"),
    ],
)
def test_torch_is_named_only_where_torch_gave_it(grade, solutions, exercise, old, new, concept, said):
    """A case of the bank has torch's numbers; a nudge is what was asked for."""
    source = solutions[f"{exercise}.py"].decode()
    assert source.count(old) == 1
    (found,) = grade({f"{exercise}.py": source.replace(old, new)}, f"{exercise}.{concept}").exercises[0].concepts
    check = shown_check(found)
    assert check and said in check.message and ("torch" in check.message) == ("torch" in said)


def test_a_smaller_case_has_the_numbers_of_our_reference():
    check = load_spec("ex02_closures").concept("mul").checks[-1]
    failure = Failure(check.bank.fixed[0], {"a.grad": 3.0}, Observation("ok", [1.0]), Finding("failed", ("a.grad",)))
    assert message(check, failure, Tolerance()) == "a.grad is 1.0; torch gives 3.0."
    assert message(check, replace(failure, torchs=False), Tolerance()) == "a.grad is 1.0; it should be 3.0."
    assert (
        message(check, replace(failure, expected={"a.grad": {"tuple": []}}), Tolerance())
        == "a.grad is 1.0; it should be ()."
    )
    unusable = replace(
        failure, seen=Observation("raised", [], text="-a gave None"), finding=Finding("raised", ("a.grad",))
    )
    assert status_of(unusable) == "failed"
    assert status_of(replace(unusable, seen=Observation("raised", [], error="KeyError"))) == "error"


def test_one_student_is_told_what_earns_nothing(course, grade, solutions, root):
    stub = (root / "exercises" / NAME).read_bytes()
    files = {NAME: solutions[NAME].replace(b"self.data = data", b"self.data = dta")}
    report = grade(files, "ex02_closures", search=False)
    (found,) = of_files("you", files, report, course)
    assert found.kind == "zero" and "earns 0 of 22 points" in found.why and "leafgrad check ex02" in found.mend
    assert list(untouched_stubs({NAME: stub}, ["ex02_closures", "ex03_backward"], course)) == [
        "ex02_closures.py is still the untouched stub: it earns 0."
    ]
    assert not list(untouched_stubs(files, ["ex02_closures"], course))


def test_submit_says_what_earns_nothing_before_it_asks(tmp_path, root, capsys, monkeypatch, store):
    store.prepare(["ex02_closures"])
    monkeypatch.setenv("JUPYTERHUB_USER", "alice")
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "mine"
    home.mkdir()
    (home / NAME).write_bytes(b"x = input()\n")
    (home / "ex3_backward.py").write_bytes(b"x = 1\n")
    (home / "ex01_finite_differences.py").write_bytes((root / "exercises/ex01_finite_differences.py").read_bytes())
    asked, questions = [], []
    monkeypatch.setattr(
        "typer.confirm",
        lambda *given, **more: (asked.append(capsys.readouterr().out), questions.append((given, more)))[0],
    )
    with pytest.raises(SystemExit):
        main(["submit", "--assignment", "scalars", "--dir", str(home), "--course", str(root)])
    (said,) = asked
    assert "ex02_closures.py cannot be loaded: EOFError" in said and "__main__" in said
    assert said.startswith("scalars: Gradients by hand, due 2027-02-07 23:59 UTC, ")
    assert "ex03_backward.py            MISSING: it earns 0" in said
    assert questions == [
        (("Hand in without ex03_backward.py as alice for scalars to scalars-alice.zip?",), {"default": False})
    ]
    assert "ex3_backward.py is not handed in: rename it ex03_backward.py." in said
    assert "ex01_finite_differences.py is still the untouched stub: it earns 0." in said


def test_a_list_of_what_is_waited_for_ends_and_the_next_step_is_the_first_of_it():
    unmet = [
        "ex03_backward.order",
        "ex03_backward.seed",
        *(f"ex04_tensor_closures.c{n}" for n in range(7)),
        "ex10.plain",
    ]
    says = waits_for(unmet, "ex12_training_loop")
    told = "ex03_backward.order and 1 more, ex04_tensor_closures.c0 and 6 more, ex10.plain"
    assert says == f"Waits for {told}." and waits_for(["ex12.a", "ex12.b"], "ex12") == "Waits for ex12.a, ex12.b."
    said = printed(report_of(("ex12_training_loop", [concept("a", "passed"), concept("b", "skipped", says=says)], {})))
    assert " …" not in said and "Next: b waits for ex03_backward.order: leafgrad check ex03_backward.order" in said


def test_what_waits_in_the_same_report_sends_to_the_failure():
    waits = concept("b", "skipped", says=waits_for(["ex02.a"], "ex02"))
    said = printed(report_of(("ex02", [concept("a", says="x is 5."), waits], {})))
    assert "Next: a in ex02.py. A hint: leafgrad hint ex02.a" in said


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120])
def test_a_command_is_never_broken(width):
    name = "ex01_finite_differences"
    said = printed(report_of((name, [concept("step_size"), concept("full_gradient")], {})), width).split("\n")
    for command in (f"leafgrad hint {name}.step_size", f"leafgrad show {name}.full_gradient"):
        (line,) = [line for line in said if line.endswith(command)]
        assert len(line) <= width or line == f"  {command}"


def test_a_concept_that_passes_is_not_told_what_an_empty_function_would_do():
    passing = concept("a", "passed")
    passing.checks.append(
        CheckResult(id="b", says="It is b.", status="skipped", message="An empty function would pass.")
    )
    assert "empty function" not in printed(report_of(("ex02", [passing, concept("c", says="x is 5.")], {})))
    spared = concept("a", "passed", says="Right, apart from the fault that costs points under c.")
    assert "a  0/1  right, apart from c" in printed(report_of(("ex02", [spared, concept("c", says="x is 5.")], {})))

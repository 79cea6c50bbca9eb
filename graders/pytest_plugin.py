"""pytest as a surface: `pytest --leafgrad exercises` runs a test for each concept of the exercise files that it meets.

pytest loads this module by itself; without the option it does nothing. The tests come from course.yml: a student's file
is never imported by pytest, it is judged in a worker and on the public cases, as by `leafgrad check`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graders.errors import CourseError, LeafgradError
from graders.text import plain

if TYPE_CHECKING:
    from graders.course.course import Course, Exercise
    from graders.grading.grade import Grader
    from graders.grading.session import Session
    from graders.report import ConceptResult, ExerciseResult, Report

_ENDINGS = (".py", ".ipynb")
_RESULT = "leafgrad"
"""Name under which the report of a test carries the result, also from a process of pytest-xdist: place in teaching
order, and JSON."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that turns this on."""
    parser.getgroup("leafgrad").addoption(
        "--leafgrad", action="store_true", help="grade the exercise files of a course: a test for each concept"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin to grade, where that is asked for."""
    if config.getoption("leafgrad"):
        config.pluginmanager.register(_Grading(config), "leafgrad-grading")


class ExerciseFile(pytest.File):
    """A student's exercise file: collects a test for each concept, and is graded once for all that were chosen."""

    def __init__(self, *, course: Course, exercise: Exercise, grading: _Grading, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.course = course
        self.exercise = exercise
        self._grading = grading

    def collect(self) -> Iterator[ConceptTest]:
        """Yield the tests, in teaching order."""
        for concept in self.exercise.concepts:
            yield ConceptTest.from_parent(self, name=concept.id)

    @cached_property
    def report(self) -> Report:
        """The report on the chosen concepts; what they require is read from the folder of this file."""
        from graders.submission import read_submission

        submission = read_submission(self.path.parent, self.course.exercise_ids, student_id="you")
        chosen = [test.address for test in concept_tests(self.session) if test.file is self]
        return self._grading.grader(self.course).grade(submission, chosen)


class CourseTrouble(pytest.File):
    """Stands for all files of a course that is missing or broken."""

    def __init__(self, *, said: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._said = said

    def collect(self) -> Iterator[pytest.Item]:
        """Refuse with a sentence."""
        raise self.CollectError(self._said)


class ConceptTest(pytest.Item):
    """The test of one concept: fails with what `leafgrad check` shows, and is skipped while it waits for another.

    Attributes:
        result: Its exercise with the result of this concept alone, once it has run.
    """

    result: ExerciseResult | None = None

    @property
    def file(self) -> ExerciseFile:
        """The exercise file that it is about."""
        assert isinstance(self.parent, ExerciseFile)
        return self.parent

    @property
    def address(self) -> str:
        """The concept: `ex02_closures.mul`."""
        return f"{self.file.exercise.id}.{self.name}"

    @property
    def place(self) -> list[int]:
        """Where it stands in teaching order: of the exercise in the course, of the concept in the exercise."""
        exercise = self.file.exercise
        return [self.file.course.exercises.index(exercise), [one.id for one in exercise.concepts].index(self.name)]

    def runtest(self) -> None:
        """Pass, fail or skip as the concept's status says."""
        try:
            report = self.file.report
        except LeafgradError as error:
            pytest.fail(f"Cannot grade: {error}", pytrace=False)
        exercise, result = next(one for one in report.concepts() if one[1].id == self.name)
        self.result = exercise.model_copy(update={"concepts": [result]})
        self.user_properties += [  # `--junitxml` writes them
            ("concept", self.address),
            ("status", result.status),
            ("score", result.score),
            ("max_score", result.max_score),
        ]
        if result.status == "skipped":
            pytest.skip(_said(result))
        if result.status != "passed":
            pytest.fail(self._text(report, result), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the file and what the head of a failure says."""
        return self.path, None, self.address

    def _text(self, report: Report, result: ConceptResult) -> str:
        """Return what was found, its first line short, since pytest repeats that at the end."""
        from graders.render.fragment import concept_text

        shown = concept_text(self.file.exercise.id, result, [*report.notes, *report.signals])
        return "\n".join([_said(result), *shown.split("\n")[1:]])


class _Grading:
    """The hooks of a session that grades, and its graders, one for each course.

    Args:
        config: Of the session.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._open = ExitStack()
        self._courses: dict[Path, Course] = {}
        self._troubles: set[str] = set()
        self._sessions: dict[Path, Session] = {}
        self._done: list[tuple[list[int], ExerciseResult]] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Collect an exercise file as such; other plugins' readings of it, which would import it, are put aside."""
        others = yield
        try:
            found = self._exercise(file_path)
        except CourseError as error:
            if str(error) in self._troubles:
                return []
            self._troubles.add(str(error))
            return [CourseTrouble.from_parent(parent, path=file_path, said=str(error))]
        if found is None:
            return others
        course, exercise = found
        return [ExerciseFile.from_parent(parent, path=file_path, course=course, exercise=exercise, grading=self)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Have the cases of all chosen exercises ready before the first test, with a bar while they are drawn."""
        chosen = {test.file.exercise.id: test.file for test in concept_tests(session)}
        if session.config.getoption("collectonly") or not chosen:
            return
        with self._progress() as progress, _as_usage_error():
            for course in {file.course.path: file.course for file in chosen.values()}.values():
                mine = [file.exercise for file in chosen.values() if file.course is course]
                grader = self.grader(course)
                grader.sandboxes.warm(exercise.flavour for exercise in mine)
                grader.store.progress = progress
                grader.store.prepare(exercise.id for exercise in mine)
                grader.store.progress = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Have the report of a test carry the result."""
        report = yield
        if isinstance(item, ConceptTest) and item.result and report.when == "call":
            setattr(report, _RESULT, [item.place, item.result.model_dump_json()])
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a concept earned; in the process that reports, wherever the test ran."""
        from graders.report import ExerciseResult

        if carried := getattr(report, _RESULT, None):
            self._done.append((carried[0], ExerciseResult.model_validate_json(carried[1])))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let no session end well in which a concept waits for one that was not among the tests."""
        if session.exitstatus == pytest.ExitCode.OK and any(one.status != "passed" for one in self._results()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the points and the next step, as `leafgrad check` does."""
        from graders.render.next_step import closing
        from graders.report import Report, sum_exercise

        if not self._done:
            return
        whole = sum_exercise("", self._results())
        exercises = [exercise for _, exercise in sorted(self._done, key=lambda done: done[0])]
        report = Report.model_construct(score=whole.score, max_score=whole.max_score, exercises=exercises)
        terminalreporter.section("leafgrad")
        for line in closing(terminalreporter._tw.fullwidth, report):
            terminalreporter.line(line.plain.strip("\n"))

    def _results(self) -> list[ConceptResult]:
        return [concept for _, exercise in self._done for concept in exercise.concepts]

    def pytest_unconfigure(self) -> None:
        """End the workers."""
        self._open.close()

    def grader(self, course: Course) -> Grader:
        """Return the grader of a course under its public key."""
        from graders.grading.session import Session

        if course.path not in self._sessions:
            self._sessions[course.path] = self._open.enter_context(Session(course))
        return self._sessions[course.path].grader

    def _exercise(self, file: Path) -> tuple[Course, Exercise] | None:
        """Return the course and the exercise that a file is read as, as `leafgrad check` reads it.

        A notebook counts where there is no such file, and a name that is close to an exercise's where none has it.

        Raises:
            CourseError: there is no course, or it is broken.
        """
        from graders.course.course import load_course
        from graders.course.place import find_course
        from graders.submission.naming import exercise_of, exercises_within

        if file.suffix not in _ENDINGS or (file.suffix == ".ipynb" and file.with_suffix(".py").exists()):
            return None
        home = find_course(file.parent)
        if home not in self._courses:
            self._courses[home] = load_course(home)
        course = self._courses[home]
        sure, near = exercise_of(file.stem, course.exercise_ids), exercises_within(file.stem, course.exercise_ids)
        meant = sure or (near[0] if len(near) == 1 else "")
        named = [file.with_name(f"{meant}{end}") for end in _ENDINGS]
        if not meant or (file not in named and any(path.exists() for path in named)):
            return None
        return course, course.exercise(meant)

    @contextmanager
    def _progress(self) -> Iterator[Any]:
        """Yield a callback for `BankStore.progress`; None in a process of pytest-xdist, which has no terminal."""
        from graders.cli.progress import counting

        capture = self._config.pluginmanager.get_plugin("capturemanager")
        if capture is None or not self._config.pluginmanager.has_plugin("terminalreporter"):
            yield None
            return
        with capture.global_and_fixture_disabled(), counting() as progress:
            yield progress


def concept_tests(session: pytest.Session) -> list[ConceptTest]:
    """Return the tests of concepts among those that were chosen."""
    return [item for item in session.items if isinstance(item, ConceptTest)]


def _said(result: ConceptResult) -> str:
    """Return the first sentence on what is not right, the student's words in it made safe for a terminal."""
    open_checks = [check for check in result.checks if check.status not in ("passed", "skipped")]
    return plain(next((check.message for check in (*open_checks, *result.checks) if check.message), result.status))


@contextmanager
def _as_usage_error() -> Iterator[None]:
    """Have pytest print what went wrong as a sentence, without a traceback."""
    try:
        yield
    except LeafgradError as error:
        raise pytest.UsageError(str(error)) from None

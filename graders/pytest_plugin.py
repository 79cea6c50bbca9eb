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
    from graders.report import ConceptResult, Report

_ADDRESS, _STATUS, _SCORE, _MAX_SCORE = "concept", "status", "score", "max_score"
"""Properties of a test, which `--junitxml` writes as well."""


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
    """The test of one concept: fails with what `leafgrad check` shows, and is skipped while it waits for another."""

    @property
    def file(self) -> ExerciseFile:
        """The exercise file that it is about."""
        assert isinstance(self.parent, ExerciseFile)
        return self.parent

    @property
    def address(self) -> str:
        """The concept: `ex02_closures.mul`."""
        return f"{self.file.exercise.id}.{self.name}"

    def runtest(self) -> None:
        """Pass, fail or skip as the concept's status says."""
        try:
            report = self.file.report
        except LeafgradError as error:
            pytest.fail(f"Cannot grade: {error}", pytrace=False)
        result = next(result for _, result in report.concepts() if result.id == self.name)
        self.user_properties += [
            (_ADDRESS, self.address),
            (_STATUS, result.status),
            (_SCORE, result.score),
            (_MAX_SCORE, result.max_score),
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
        self._done: dict[str, dict[str, Any]] = {}

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

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a concept earned; in the process that reports, wherever the test ran."""
        said = dict(report.user_properties)
        if report.when == "call" and _ADDRESS in said:
            self._done[report.nodeid] = said

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let no session end well in which a concept waits for one that was not among the tests."""
        if session.exitstatus == pytest.ExitCode.OK and any(said[_STATUS] != "passed" for said in self._done.values()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the points, and the next step."""
        from graders.render.concept import points

        if not self._done:
            return
        statuses = [said[_STATUS] for said in self._done.values()]
        score, most = (sum(said[name] for said in self._done.values()) for name in (_SCORE, _MAX_SCORE))
        terminalreporter.section("leafgrad")
        passed = statuses.count("passed")
        terminalreporter.line(f"{passed}/{len(statuses)} concepts, {points(score)}/{points(most)} points")
        following = next((said[_ADDRESS] for said in self._done.values() if said[_STATUS] != "passed"), None)
        if following:
            terminalreporter.line(f"Next: leafgrad hint {following}")

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
        """Return the course and the exercise that a file is named after; of a notebook, only without such a file.

        Raises:
            CourseError: there is no course, or it is broken.
        """
        from graders.course.course import load_course
        from graders.course.place import find_course

        if file.suffix not in (".py", ".ipynb") or (file.suffix == ".ipynb" and file.with_suffix(".py").exists()):
            return None
        home = find_course(file.parent)
        if home not in self._courses:
            self._courses[home] = load_course(home)
        course = self._courses[home]
        return next(((course, exercise) for exercise in course.exercises if exercise.id == file.stem), None)

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

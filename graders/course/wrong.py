"""Wrong ideas: edits of a solution, each with a sentence for whoever has it, in `solutions/wrong/<exercise>.yml`.

    - idea: overwrites
      sentence: "This value feeds more than one place: use += on .grad, not =."
      given: [add]
      edits:
      - id: add_overwrites
        says: = for += in the closure of +
        replace: [{old: "self.grad += out.grad", new: "self.grad = out.grad"}]
        costs: [add]

Every edit is a mutant of the kill matrix. The first edit of an idea in each concept, all of them together in one file,
gives the answers by which the idea is recognised; further ones prove that it is recognised in other people's code. An
entry without an idea is a mutant that has no name, or that of an idea elsewhere in the file, which `named` gives. An
old text stands once in the solution, unless `times` tells how often. With `each`, an entry stands for several: `$name`
in its texts becomes what each line of `each` says.

One bug costs one concept. Where an idea changes the answers of concepts that it does not concern, it lists them under
`spares`: they pass with its answers too, as long as another concept counts it. List only concepts whose answers with
the idea still tell right code from wrong. An edit that costs more than a quarter of its exercise says under `dear` why,
or the idea's first edit says it for all.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from string import Template
from types import ModuleType
from typing import Any

import yaml

from graders.course.lines import LOADER
from graders.errors import CourseError, not_yaml
from graders.players.subject import Absent, Subject
from graders.spec import ExerciseSpec, Misconception


@dataclass(frozen=True)
class Mutant:
    """A wrong version of a solution.

    Attributes:
        exercise: Whose solution it is made from.
        id: Name, unique in its exercise.
        says: What was done to the solution.
        source: The whole mutated file.
        costs: The concepts that it must lose, all of them.
        named: Concept to the misconception that must be reported for it.
        changes: Old and new text of each replacement.
        dear: Why it may cost more than a quarter of its exercise; empty when it may not.
        predicts: Whether answers by which its idea is recognised come from it.
    """

    exercise: str
    id: str
    says: str
    source: bytes
    costs: tuple[str, ...]
    named: Mapping[str, str]
    changes: tuple[tuple[str, str], ...] = ()
    dear: str = ""
    predicts: bool = False


@dataclass(frozen=True)
class WrongIdeas:
    """What one file of wrong ideas holds.

    Attributes:
        exercise: Whose solution is edited.
        folder: The folder of the solutions.
        ideas: Each idea and the solution with all of its edits.
        mutants: One for each edit.
    """

    exercise: str
    folder: Path
    ideas: Mapping[Misconception, str]
    mutants: tuple[Mutant, ...]

    def subject(self, spec: ExerciseSpec, source: str) -> Subject:
        """Return what a file in the place of the solution defines; the other files are the solutions."""
        modules: dict[str, ModuleType] = {}
        supplies = {stem: import_module(name) for stem, name in spec.supplies.items()}

        def load(stem: str) -> ModuleType:
            if stem in supplies:
                return supplies[stem]
            if stem not in modules:
                path = self.folder / f"{stem}.py"
                if stem != self.exercise and not path.is_file():
                    raise Absent(f"the submission has no file {stem}.py")
                modules[stem] = ModuleType(stem)
                text = source if stem == self.exercise else path.read_text(encoding="utf-8")
                with _importable({**supplies, stem: modules[stem]}):
                    exec(compile(text, f"{stem}.py", "exec"), modules[stem].__dict__)
            return modules[stem]

        return Subject(self.exercise, load)


@contextmanager
def _importable(modules: Mapping[str, ModuleType]) -> Iterator[None]:
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def subjects(solutions: Path, spec: ExerciseSpec) -> dict[Misconception, Callable[[], Subject]]:
    """Return for each wrong idea of an exercise what makes a subject that has it."""
    wrong = load_wrong(solutions, spec)
    return {idea: partial(wrong.subject, spec, source) for idea, source in wrong.ideas.items()} if wrong else {}


def digest_of_wrong(solutions: Path, exercises: Sequence[str]) -> str | None:
    """Return a digest of everything that decides the answers and sentences of the wrong ideas of an exercise.

    Args:
        solutions: The folder of the solutions.
        exercises: Ids of the exercise and of those that it builds on.

    Returns:
        24 hex digits; None when the solution or the file of its wrong ideas is missing, so that nobody can tell.
    """
    names = [f"wrong/{exercises[0]}.yml", *(f"{exercise}.py" for exercise in exercises)]
    if not all((solutions / name).is_file() for name in names[:2]):
        return None
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in (solutions / name for name in names):
        digest.update(path.read_bytes() if path.is_file() else b"")
        digest.update(b"\0")
    return digest.hexdigest()[:24]


def load_wrong(solutions: Path, spec: ExerciseSpec) -> WrongIdeas | None:
    """Return the wrong ideas of an exercise, None when there is no file of them.

    Args:
        solutions: The folder of the solutions, which holds `wrong/<exercise>.yml`.
        spec: The exercise.

    Raises:
        CourseError: an edit does not match the solution exactly once, or an entry names an unknown concept.
    """
    exercise, concepts = spec.id, [concept.id for concept in spec.concepts]
    path = solutions / "wrong" / f"{exercise}.yml"
    if not path.is_file():
        return None
    reader = _Reader(path, (solutions / f"{exercise}.py").read_text(encoding="utf-8"), exercise, concepts)
    for entry in _entries(path):
        try:
            for one in _each(entry):
                reader.add(one)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            name = entry.get("idea", entry.get("id", "")) if isinstance(entry, dict) else entry
            raise CourseError(f"{path}, entry {name}: {type(error).__name__}: {error}.") from error
    return WrongIdeas(exercise, solutions, reader.ideas, tuple(reader.mutants))


def _entries(path: Path) -> list[Any]:
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER) or []
    except yaml.YAMLError as error:
        raise not_yaml(path, error) from None
    if not isinstance(entries, list):
        raise CourseError(f"{path} must hold a list of entries.")
    return entries


class _Reader:
    """Collects what the entries of one file say."""

    def __init__(self, path: Path, solution: str, exercise: str, concepts: Sequence[str]) -> None:
        self.ideas: dict[Misconception, str] = {}
        self.mutants: list[Mutant] = []
        self._path = path
        self._solution = solution
        self._exercise = exercise
        self._concepts = concepts

    def add(self, entry: Mapping[str, Any]) -> None:
        """Take an idea with its edits, or an edit without a name."""
        if "idea" not in entry:
            self._mutant(entry, "", ())
            return
        chosen: dict[str, Mapping[str, Any]] = {}
        for edit in entry["edits"]:
            concerned = edit.get("for", edit["costs"])
            said = {"dear": entry["edits"][0].get("dear", ""), **edit}
            self._mutant(said, entry["idea"], concerned, predicts=not chosen.keys() >= set(concerned))
            for concept in concerned:
                chosen.setdefault(concept, edit)
        concepts = tuple(entry.get("concepts", chosen))
        text, before = self._solution, ""
        for edit in {edit["id"]: edit for concept, edit in chosen.items() if concept in concepts}.values():
            text = self._edited(edit, text, before)
            before = edit["id"]
        given, spares = tuple(entry.get("given", ())), tuple(entry.get("spares", ()))
        idea = Misconception(entry["idea"], entry["sentence"], concepts, given, spares)
        if spares and not (idea.counted_by and set(spares) <= set(self._concepts)):
            raise CourseError(f"{self._path}, {idea.id}: it spares what does not exist, or nothing counts it.")
        if idea.id in {other.id for other in self.ideas}:
            raise CourseError(f"{self._path}: two ideas are called {idea.id}.")
        self.ideas[idea] = text

    def _mutant(self, edit: Mapping[str, Any], idea: str, concerned: Sequence[str], predicts: bool = False) -> None:
        source = self._edited(edit, self._solution)
        if source == self._solution or not set(edit["costs"]) <= set(self._concepts):
            raise CourseError(
                f"{self._path}, {edit['id']}: it changes nothing, or costs a concept that does not exist."
            )
        if edit["id"] in {mutant.id for mutant in self.mutants}:
            raise CourseError(f"{self._path}: two edits are called {edit['id']}.")
        named = edit.get("named", dict.fromkeys(concerned, idea))
        changes = tuple((change["old"], change["new"]) for change in edit.get("replace", ()))
        costs = tuple(edit["costs"])
        self.mutants.append(
            Mutant(
                self._exercise,
                edit["id"],
                edit["says"],
                source.encode(),
                costs,
                named,
                changes,
                edit.get("dear", ""),
                predicts,
            )
        )

    def _edited(self, edit: Mapping[str, Any], text: str, before: str = "") -> str:
        text = edit.get("file", text)
        for change in edit.get("replace", ()):
            found, expected = text.count(change["old"]), change.get("times", 1)
            if found != expected:
                where = (
                    f"after {before} and what comes before it. The first edit for each concept predicts, together with "
                    "those for the others: an edit of one concept stands before edits of several"
                )
                raise CourseError(
                    f"{self._path}, {edit['id']}: {change['old']!r} stands {found} times in the solution, "
                    f"not {expected}{', ' + where if before else ''}."
                )
            text = text.replace(change["old"], change["new"])
        return text


def _each(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return the entries that one stands for."""
    if "each" not in entry:
        yield entry
        return
    rest = {name: value for name, value in entry.items() if name != "each"}
    for names in entry["each"]:
        yield _filled(rest, names)


def _filled(value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return Template(value).substitute(names)
    if isinstance(value, list):
        return [_filled(item, names) for item in value]
    return {key: _filled(item, names) for key, item in value.items()} if isinstance(value, dict) else value

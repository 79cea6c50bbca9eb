"""What goes to every platform: wheels, the course without solutions, the prepared cases."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graders import __version__
from graders.banks.jobs import Progress
from graders.banks.sizes import SIZES
from graders.banks.store import TRAVELLED, BankStore
from graders.course.bundled import PLACE
from graders.course.course import Course
from graders.course.folder import first_stub
from graders.course.own import copy_own
from graders.course.place import FILE_NAME
from graders.course.record import STUBS
from graders.course.release import seal, write_banks
from graders.errors import UsageError
from graders.files import plain_file, writable, write_whole
from graders.grading.session import needed_exercises
from graders.text import plain

RECORD = Path(".leafgrad", "deploy.json")
"""Says, in a folder that was written here, for which platform it is and what is graded."""

_PACKAGE = Path(__file__).parents[1]
_UNSEEN = {".git", ".gitattributes", ".gitignore", ".DS_Store"}
_SHOWN = 3


@dataclass(frozen=True)
class Order:
    """What is to be written.

    Attributes:
        target: The platform.
        course: The course.
        folder: Where to.
        assignment: The assignment that is graded; None for the whole course.
        wheels: Packages that travel, the one of leafgrad first; empty where pip fetches all of them.
        key: The secret key of graded runs, if the course has one.
        visibility: When students see the results on Gradescope.
        url: Where notebooks on Colab find leafgrad's wheel; empty where that lies beside them or pip knows it.
        progress: Called while banks are built.
    """

    target: str
    course: Course
    folder: Path
    assignment: str | None = None
    wheels: Sequence[Path] = ()
    key: str | None = None
    visibility: str = "visible"
    url: str = ""
    progress: Progress | None = None

    @property
    def exercises(self) -> tuple[str, ...]:
        """The exercises that are graded."""
        if self.assignment is None:
            return tuple(one.id for one in self.course.exercises if one.concepts)
        return self.course.assignment(self.assignment).exercises

    @property
    def torch(self) -> bool:
        """Whether torch is needed."""
        return any(self.course.exercise(name).flavour == "torch" for name in self.exercises)

    def requirement(self, wheels: str) -> str:
        """Return the line for pip that installs leafgrad, with torch where an exercise needs it.

        Args:
            wheels: Folder of the wheel, as pip will see it.
        """
        extra = "[torch]" if self.torch else ""
        return f"{wheels}/{self.wheels[0].name}{extra}" if self.wheels else f"leafgrad{extra}=={__version__}"


def find_wheels(folder: Path | None, here: Path = _PACKAGE.parent) -> list[Path]:
    """Return the wheels of a folder, that of leafgrad first.

    Args:
        folder: The folder; None for `dist/` of the checkout and of the working directory, from which only leafgrad's
            own is taken.
        here: The checkout.

    Raises:
        UsageError: there is no wheel of this leafgrad, or it holds other code.
    """
    folders = [folder] if folder else [here / "dist", Path("dist")]
    mine = f"leafgrad-{__version__}-*.whl"
    own = next((wheel for place in folders for wheel in sorted(place.glob(mine))), None)
    if own is None:
        where = plain(str(folder or "dist"), limit=200)
        raise UsageError(
            f"There is no wheel of leafgrad {__version__} in {where}.",
            "Make one with `make wheel` in a checkout, name its folder with --wheels, or say --from-index where pip "
            "finds that version.",
        )
    _same_code(own)
    others = sorted(wheel for wheel in folder.glob("*.whl") if not wheel.match("leafgrad-*.whl")) if folder else []
    return [own, *others]


def _same_code(wheel: Path) -> None:
    """Refuse a wheel of other code: it would not know the cases that this code has prepared."""
    try:
        with zipfile.ZipFile(wheel) as file:
            theirs = {name: file.read(name) for name in file.namelist() if name.startswith("graders/")}
    except (OSError, zipfile.BadZipFile):
        raise UsageError(f"{wheel} cannot be read as a wheel.", "Make it again: make wheel.") from None
    code = (path for path in _PACKAGE.rglob("*.py") if path.relative_to(_PACKAGE).parts[0] != PLACE)
    ours = (*code, SIZES)
    if any(theirs.get(f"graders/{path.relative_to(_PACKAGE).as_posix()}") != path.read_bytes() for path in ours):
        raise UsageError(f"{wheel} holds another leafgrad than the one that runs here.", "Make it again: make wheel.")


@contextmanager
def begin(order: Order) -> Iterator[None]:
    """Make the folder ready for a target; what it wrote there before may be written again.

    Raises:
        UsageError: the folder holds something else.
        EnvironmentTrouble: it cannot be written.
    """
    folder = order.folder
    with writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        there = sorted(path.name for path in folder.iterdir() if path.name not in _UNSEEN and not _is_empty(path))
        if there and _target_of(folder) != order.target:
            more = f" and {len(there) - _SHOWN} more" if len(there) > _SHOWN else ""
            names = ", ".join(plain(name, limit=60) for name in there[:_SHOWN])
            raise UsageError(f"{folder} holds other files: {names}{more}.", "Give an empty folder, or a new one.")
        write_record(order, folder)
        yield


def _is_empty(path: Path) -> bool:
    """Return whether it is a folder without anything in it, as a full disk leaves one behind."""
    return path.is_dir() and not any(path.iterdir())


def _target_of(folder: Path) -> object:
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return record.get("target") if isinstance(record, dict) else None


def write_course(order: Order, folder: Path, key: str | None = None) -> None:
    """Write what grades the course elsewhere: course.yml, stubs, the prepared cases; no solution, and no key.

    Args:
        order: What is deployed.
        folder: Created when missing.
        key: The secret key; its id and its cases are written in the place of the public ones.
    """
    needed = needed_exercises(order.course, order.exercises)
    if key is None:
        write_banks(order.course, folder / TRAVELLED, BankStore(order.course, progress=order.progress), needed)
        shutil.copyfile(order.course.path, folder / FILE_NAME)
        copy_own(order.course, folder)
    else:
        seal(order.course, key, folder, order.progress, needed)
    (folder / STUBS).mkdir(parents=True, exist_ok=True)
    for name in order.course.exercise_ids:
        kept = order.course.folder / STUBS / f"{name}.py"
        stub = kept.read_bytes() if kept.is_file() else first_stub(order.course, name)
        (folder / STUBS / f"{name}.py").write_bytes(stub)
    write_record(order, folder)


def write_record(order: Order, folder: Path) -> None:
    """Write, beside the course, what is graded there."""
    settings = {"target": order.target, "assignment": order.assignment, "visibility": order.visibility}
    (folder / RECORD).parent.mkdir(exist_ok=True)
    write_whole(folder / RECORD, json.dumps(settings).encode() + b"\n", plain_file)


def copy_wheels(wheels: Sequence[Path], folder: Path) -> None:
    """Put wheels into a folder, in the place of older ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.whl"):
        old.unlink()
    for wheel in wheels:
        shutil.copyfile(wheel, folder / wheel.name)

"""Whether a folder that students hand in to keeps them apart: what `leafgrad doctor` says about it."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graders.errors import UsageError
from graders.notebook.advice import Advice
from graders.submission.owners import HAS_OWNERS, user_name
from graders.text import plain

_OPEN = stat.S_IRWXO
_WRITABLE = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True)
class _Student:
    """A student's folder."""

    name: str
    mode: int
    owner: int
    group: int


def examine_drive(root: Path) -> list[Advice]:
    """Look at a folder that students hand in to, `leafgrad submit --to ROOT`, and at their folders in it.

    Raises:
        UsageError: there is no such folder.
    """
    if not root.is_dir():
        next_step = "Give a course directory, or the folder that students hand in to."
        raise UsageError(f"There is no folder {plain(str(root))}.", next_step)
    if not HAS_OWNERS:
        return [
            Advice(
                f"This system does not tell who owns a file, so students who share {root} are not kept apart.",
                "Let them upload the .zip that `leafgrad submit` makes to your learning platform.",
                "no_owners",
            )
        ]
    students = list(_students(root))
    found = [*_about_the_root(root), *_about_owners(root, students), *_about_folders(root, students)]
    if all(finding.good for finding in found):
        found.append(Advice(f"{root} keeps students apart: nobody writes or reads in the folder of another."))
    return found


def _students(root: Path) -> Iterator[_Student]:
    for path in sorted(root.iterdir()):
        if not path.name.startswith((".", "__")) and not path.is_symlink() and path.is_dir():
            now = path.stat()
            yield _Student(path.name, stat.S_IMODE(now.st_mode), now.st_uid, now.st_gid)


def _about_the_root(root: Path) -> Iterator[Advice]:
    mode = root.stat().st_mode
    each = f"Make a folder for each: install -d -m 2750 -o USER -g COURSE {root}/STUDENT; then chmod go-w {root}."
    if mode & _WRITABLE and not mode & stat.S_ISVTX:
        yield Advice(
            f"{root} may be written by several users: each can rename and remove the folders of the others.",
            each,
            "removable",
        )
    elif mode & _WRITABLE:
        yield Advice(
            f"{root} may be written by several users: one can hand in under the name of another who has no folder yet.",
            f"{each} Until then, `leafgrad grade --roster` refuses what another user owns.",
            "squatting",
        )


def _about_owners(root: Path, students: Sequence[_Student]) -> Iterator[Advice]:
    owners = {student.owner for student in students}
    if len(owners) == 1 and len(students) > 1:
        yield Advice(
            f"All folders in {root} belong to {user_name(owners.pop())}, so owners say nothing about students here: "
            "whatever put the files there, a platform or an exchange, must have known who sent them."
        )
        return
    shared = {student.group for student in students} & {
        group for owner in owners - {0, root.stat().st_uid} for group in _groups(owner)
    }
    readable = [one for one in students if one.group in shared and one.mode & stat.S_IRWXG]
    if readable and len(students) > 1:
        yield Advice(
            f"{_listed(readable)}: students are members of the group that may read this.",
            "Give the folders to a group of the course's staff only: chgrp -R COURSE.",
            "group",
        )


def _about_folders(root: Path, students: Sequence[_Student]) -> Iterator[Advice]:
    def those(condition: Callable[[_Student], object]) -> list[_Student]:
        return [student for student in students if condition(student)]

    if found := those(lambda one: one.mode & _OPEN):
        yield Advice(
            f"{_listed(found)}: open to all users of the machine.", f"chmod o-rwx {root}/STUDENT", "open_to_all"
        )
    if found := those(lambda one: one.mode & stat.S_IWGRP and one.owner not in (0, root.stat().st_uid)):
        yield Advice(
            f"{_listed(found)}: the group may write there, and so exchange what was handed in.",
            f"chmod g-w {root}/STUDENT",
            "group_writes",
        )
    if found := those(lambda one: not one.mode & stat.S_ISGID and one.owner != root.stat().st_uid):
        yield Advice(
            f"{_listed(found)}: not setgid, so hand-ins get no group of yours, and you may be unable to read them.",
            f"chgrp COURSE {root}/STUDENT; chmod 2750 {root}/STUDENT",
            "no_setgid",
        )


def _groups(owner: int) -> set[int]:
    """Return the groups that a user is a member of and shares with others."""
    groups: set[int] = set()
    with suppress(ImportError, KeyError):
        from grp import getgrall
        from pwd import getpwall, getpwuid

        me = getpwuid(owner)
        primary = [user.pw_uid for user in getpwall() if user.pw_gid == me.pw_gid]
        groups = {group.gr_gid for group in getgrall() if me.pw_name in group.gr_mem and len(group.gr_mem) > 1}
        groups |= {me.pw_gid} if len(primary) > 1 else set()
    return groups


def _listed(students: Iterable[_Student]) -> str:
    names = [plain(student.name, limit=40) for student in students]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

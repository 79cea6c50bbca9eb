"""The names in a download of Blackboard: `Closures_ann_attempt_2026-11-21-20-00-00_ex02_closures.py`.

Both the assignment and a user name may hold underscores, so that one name alone does not tell where they meet. What
tells it, the surest first: the text file that Blackboard writes beside each attempt, whose first line ends with the
user name; the roster; how the names of the whole download begin and end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from graders.submission.lms import Upload

_NAME = re.compile(r"(?P<head>.+?_[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<name>.+)|\.txt)", re.DOTALL)
_FIRST_LINE = re.compile(r"[^:\n]{1,40}:\s*(?P<full>[^\n]*?)\s*\((?P<user>[^()\n]+)\)\s*")
_LONGEST = 4096


class Blackboard:
    """What the names of a download say together.

    Args:
        names: Of all entries.
        read: Returns the beginning of a file; empty where it cannot be read.
        known: Whether a text is an id or a login of a student; None without a roster.
    """

    def __init__(
        self, names: Iterable[str], read: Callable[[str, int], bytes], known: Callable[[str], bool] | None = None
    ) -> None:
        found = [(name, match) for name in names if (match := _NAME.fullmatch(name))]
        self._heads = {match["head"] for _, match in found}
        self._told: dict[str, tuple[str, str]] = {}
        for name, match in found:
            if match["name"] is None and match["head"] not in self._told:
                line = read(name, _LONGEST).decode("utf-8-sig", "replace").partition("\n")[0]
                said = _FIRST_LINE.fullmatch(line)
                if said and match["head"].endswith(f"_{said['user']}"):
                    self._told[match["head"]] = (said["user"], said["full"])
        self._users_told = dict(self._told.values())
        self._known = known
        splits = [split for head in self._heads for split in _splits(head)]
        self._tasks, self._users = Counter(task for task, _ in splits), Counter(user for _, user in splits)

    def recognise(self, name: str) -> Upload | None:
        """Return what an entry's name says; None where it is none of Blackboard's."""
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        user, full, note = self._user(match["head"])
        try:
            local = datetime.strptime(match["when"], "%Y-%m-%d-%H-%M-%S").isoformat()
        except ValueError:
            local = ""
        names = (full,) if full else ()
        return Upload(user, match["name"] or "", match["when"], note, (user,), names, local, numbers="Blackboard")

    def _user(self, head: str) -> tuple[str, str, str]:
        """Return user name, full name and a sentence where it is a guess."""
        if head in self._told:
            return (*self._told[head], "")
        splits = _splits(head)
        for _, user in splits:
            if user in self._users_told or (self._known and self._known(user)):
                return user, self._users_told.get(user, ""), ""
        both = [(task, user) for task, user in splits if self._tasks[task] > 1 and self._users[user] > 1]
        chosen = both or splits
        task, user = max(
            chosen, key=lambda one: (self._tasks[one[0]] * (self._users[one[1]] if both else 1), len(one[0]))
        )
        unsure = len(splits) > 1 and self._tasks[task] < 2
        return user, "", f"The user name is taken to be {user}: {head} may be read in other ways." if unsure else ""


def _splits(head: str) -> list[tuple[str, str]]:
    """Return all ways to read a name as assignment and user, the longest user name first."""
    places = [place for place, char in enumerate(head) if char == "_" and 0 < place < len(head) - 1]
    return [(head[:place], head[place + 1 :]) for place in places]

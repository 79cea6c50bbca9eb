"""Gradescope's export of an assignment: folders `submission_123`, and a table that says whose they are.

The form of an entry, as Gradescope writes it (keys are Ruby's symbols)::

    submission_123:
      :submitters:
      - :name: Ann Lee
        :sid: '20260001'
        :email: ann@uni.example
      :created_at: 2026-11-20 10:11:12.123456000 Z
      :score: 10.0
      :history:            # earlier attempts: times and scores; their files are not in the export
      - :id: 122
        :created_at: 2026-11-19 08:00:00.000000000 Z
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from graders.submission.lms import Upload
from graders.submission.times import parse_time
from graders.text import plain

METADATA = "submission_metadata.yml"
LARGEST = 256 << 20
"""Bytes of the largest table that is read: it holds what an autograder printed for everybody."""


@dataclass
class Gradescope:
    """Whose the folders of an export are.

    Attributes:
        uploads: Name of a folder to an upload for each of its submitters.
        notes: Sentences on the class as a whole.
        absent: Names of folders that the table has, to how sentences call their submitters.
    """

    uploads: dict[str, list[Upload]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)


def read_metadata(data: bytes, there: set[str]) -> Gradescope:
    """Return what submission_metadata.yml says of the folders that are there; a table that is broken says nothing."""
    import yaml

    found = Gradescope()
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # texts only: Ruby's tags, in what was printed, mean nothing
    try:
        table = yaml.load(data, loader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        table = None
    if not isinstance(table, dict):
        found.notes.append(f"{METADATA} cannot be read, so its folders are named by their numbers.")
        return found
    submitters = {name: list(_submitters(entry)) for name, entry in table.items() if isinstance(entry, dict)}
    addresses = {one["email"].casefold() for group in submitters.values() for one in group if one["email"]}
    boxes = Counter(address.partition("@")[0] for address in addresses)
    found.notes += _shared_ids(submitters)
    earlier = 0
    for name, group in submitters.items():
        called = [_called(one, boxes, name) for one in group]
        if name not in there:
            found.absent[name] = " and ".join(called) or "nobody"
            continue
        entry = table[name]
        history = entry.get(":history")
        earlier += bool(isinstance(history, list) and history)
        when = _time(entry.get(":created_at"))
        found.uploads[name] = [_upload(one, student, when) for one, student in zip(group, called, strict=True)]
        if len(group) > 1:
            found.notes.append(f"{name} is the work of a group: {', '.join(called)}. It is graded for each of them.")
        elif not group:
            found.notes.append(f"{name} has no submitter in {METADATA}, so it is graded under that name.")
    if earlier:
        found.notes.append(
            f"Gradescope has earlier attempts of {earlier} hand-in{'s' if earlier > 1 else ''}, whose files are not in "
            "the export: the active one is graded."
        )
    for name in sorted(there - submitters.keys()):
        found.notes.append(f"{plain(name)} is not in {METADATA}, so it is graded under that name.")
    for name, whose in found.absent.items():
        found.notes.append(f"{METADATA} has {name} of {whose}, and there is no such folder: download it again.")
    return found


def _submitters(entry: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    group = entry.get(":submitters")
    for one in group if isinstance(group, list) else ():
        if isinstance(one, dict):
            told = {key: _text(one.get(f":{key}")) for key in ("name", "sid", "email")}
            if any(told.values()):
                yield told


def _shared_ids(submitters: Mapping[str, list[dict[str, str]]]) -> Iterator[str]:
    """Yield a sentence on each student id that two submitters of one assignment have."""
    holders: dict[str, str] = {}
    for name, group in submitters.items():
        for sid in (one["sid"] for one in group if one["sid"]):
            if holders.setdefault(sid, name) != name:
                both = f"{plain(holders[sid])} and {plain(name)} have the student id {plain(sid)}"
                yield f"{both}: they are read as one student's. Correct it in Gradescope."


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) and value not in ("null", "~") else ""


def _called(one: Mapping[str, str], boxes: Mapping[str, int], folder: str) -> str:
    """Return the id of a submitter: the student id of Gradescope's roster, else what tells the student apart."""
    if one["sid"]:
        return plain(one["sid"])
    box = one["email"].partition("@")[0]
    if box and boxes[box.casefold()] == 1:
        return plain(box)
    return plain(f"{one['name'] or box}_{folder.rpartition('_')[2]}")


def _upload(one: Mapping[str, str], student: str, when: str) -> Upload:
    texts = tuple(text for text in (one["sid"], one["email"]) if text)
    return Upload(student, "", when, "", texts, (one["name"],) if one["name"] else (), utc=when, numbers="Gradescope")


def _time(text: object) -> str:
    with suppress(ValueError):
        return parse_time(str(text).encode("ascii", "replace"))
    return ""

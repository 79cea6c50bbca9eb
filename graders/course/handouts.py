"""The files of a student's folder that tell how to work in it: for the student, for pip, for pytest, for the editor."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from graders import __version__
from graders.course.course import Course
from graders.course.extras import WITH_TORCH

_README = """\
# {title}

Write the backward pass and the optimizer step yourself, and have each idea checked against torch.
[exercises/README.md](exercises/README.md) explains every exercise. Fill the holes of a file in `exercises/` and ask.

## Install

This folder works with leafgrad {version}. You need Python 3.11 or later. In this folder:

```console
python -m pip install -r requirements.txt
```

If pip says that the environment is "externally managed", make one of your own first: `python -m venv .venv`, then
`source .venv/bin/activate` (on Windows `.venv\\Scripts\\activate`).
{torch}
If the command `leafgrad` is not found afterwards, `python -m leafgrad` does the same. If you made this folder with
`uvx` or `pipx run`, nothing is installed: write that in front of every command, as in `uvx leafgrad check {first}`, or
install it once: `uv tool install leafgrad` or `pipx install leafgrad`.

## Five commands

| command | what it does |
|---|---|
| `leafgrad check {first}` | says which concepts are right, and shows the smallest failing case of one that is not |
| `leafgrad hint {concept}` | gives a gentle hint; `--level 2` and `--level 3` are plainer |
| `leafgrad show {concept}` | shows a failing case with every gradient beside torch's |
| `leafgrad status` | shows how far you are, and what comes next |
| `leafgrad submit --assignment {assignment}` | hands in, and keeps a receipt |

`leafgrad reset {first}` puts the untouched file back and keeps yours beside it. `leafgrad check --watch` checks again
after every save.

In VS Code, open this folder: its test explorer lists every concept as a test. On a command line, `python -m pytest`
runs the same tests. Both need the Python that leafgrad is installed in: choose it with "Python: Select Interpreter".
{assignments}"""

_TORCH = """
From {first} on you also need torch:

```console
{command}
```
{remark}
"""

_REQUIREMENTS = """\
# python -m pip install -r requirements.txt
leafgrad=={version}
pytest>=8
"""

_PYTEST = """\
# Every concept of the exercises is a test: python -m pytest
[pytest]
required_plugins = leafgrad
addopts = --leafgrad
testpaths = exercises
"""

_EDITOR = {
    "python.testing.pytestEnabled": True,
    "python.testing.unittestEnabled": False,
    "python.testing.pytestArgs": ["exercises"],
}


def handouts(course: Course) -> dict[PurePosixPath, bytes]:
    """Return path to content of the files that go with a course's exercises."""
    texts = {
        "README.md": _readme(course),
        "requirements.txt": _REQUIREMENTS.format(version=__version__),
        "pytest.ini": _PYTEST,
        ".vscode/settings.json": json.dumps(_EDITOR, indent=4) + "\n",
    }
    return {PurePosixPath(name): text.encode() for name, text in texts.items()}


def _readme(course: Course) -> str:
    first = next((one for one in course.exercises if one.concepts), course.exercises[0])
    torch = next((one.id for one in course.exercises if one.flavour == "torch"), "")
    command, _, remark = WITH_TORCH.partition(" (")
    remark = f"\n{remark[:1].upper()}{remark[1:].rstrip(')')}." if remark else ""
    return _README.format(
        title=course.title,
        version=__version__,
        first=_short(course, first.id),
        concept=f"{_short(course, first.id)}.{first.concepts[0].id}" if first.concepts else first.id,
        assignment=course.assignments[0].id if course.assignments else "ID",
        torch=_TORCH.format(first=_short(course, torch), command=command, remark=remark) if torch else "",
        assignments=_assignments(course),
    )


def _assignments(course: Course) -> str:
    """Return the table of what is handed in, with dates where the course has any."""
    if not course.assignments:
        return ""
    dated = any(one.due for one in course.assignments)
    head = ["assignment", "exercises", *(["due"] if dated else [])]
    rows = [head, ["---"] * len(head)]
    for one in course.assignments:
        row = [f"`{one.id}`: {one.title}", ", ".join(_short(course, name) for name in one.exercises)]
        rows.append(row + ([f"{one.due:%Y-%m-%d %H:%M %Z}".strip() if one.due else ""] if dated else []))
    return "\n## What is handed in\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _short(course: Course, exercise: str) -> str:
    """Return the beginning of an exercise's id where that tells it apart, as people type it."""
    short = exercise.partition("_")[0]
    return short if sum(name.startswith(short) for name in course.exercise_ids) == 1 else exercise

"""For Classroom 50: an autograder for each assignment, and the template repository of its students.

The platform's own workflow checks out, tags, fetches the autograder from the teacher's site, and publishes; so none of
ours is written. What is fetched anybody may read: it holds the cases of the public key, never those of a secret one.

Source: Classroom 50's manual, "Advanced Autograding".
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from graders.course.extras import TORCH_INDEX
from graders.course.release import release
from graders.deploy import script
from graders.deploy.bundle import Order, copy_wheels, write_course
from graders.errors import UsageError
from graders.text import plain

MOST_BYTES = 10 << 20
"""Of an autograder; the platform's runner fetches no larger one."""

_RUNTIME = {"runs-on": "ubuntu-24.04", "python": "3.12"}


def write(order: Order) -> list[str]:
    """Write the autograders and the template; return sentences on what to do with them."""
    release(order.course, order.folder / "template")
    every = [order.assignment] if order.assignment else [one.id for one in order.course.assignments]
    for name in every or (None,):
        _autograder(replace(order, assignment=name), order.folder / "autograders" / (name or order.course.course))
    (order.folder / "runtime.json").write_text(json.dumps(_RUNTIME) + "\n", encoding="utf-8")
    where = plain(str(order.folder), limit=200)
    return [
        f"{where}/autograders holds a folder for each assignment, {where}/template what students start from.",
        "Next: copy the folders to CLASSROOM/autograders/ of your classroom50 repository, each under the assignment's "
        "slug; push template/ as the template repository; and give runtime.json to `gh teacher assignment add "
        "--runtime`.",
    ]


def _autograder(order: Order, folder: Path) -> None:
    copy_wheels(order.wheels[:1], folder)
    (folder / "autograder.py").write_bytes(script("autograder.py"))
    index = f"{TORCH_INDEX}\n" if order.torch else ""
    (folder / "requirements.txt").write_text(f"{index}{order.requirement('.')}\n", encoding="utf-8")
    with tempfile.TemporaryDirectory() as place:
        write_course(order, Path(place))
        shutil.make_archive(str(folder / "course"), "zip", place)
    size = sum(path.stat().st_size for path in folder.iterdir())
    if size > MOST_BYTES:
        raise UsageError(
            f"{folder} has {size / 1e6:.1f} MB, and Classroom 50 fetches no more than {MOST_BYTES / 1e6:.1f}.",
            "Deploy with --assignment, or with fewer exercises in an assignment.",
        )

"""A template repository for GitHub: the student's folder, and a workflow that grades every push."""

from __future__ import annotations

from graders.course.extras import TORCH_INDEX
from graders.course.release import release
from graders.deploy import script
from graders.deploy.bundle import Order, copy_wheels, write_record
from graders.text import plain

WORKFLOW = ".github/workflows/leafgrad.yml"
ROOM = ".github/leafgrad"
"""What the workflow installs from; the cache is renewed when something in it changes."""


def write(order: Order) -> list[str]:
    """Write the repository; return sentences on what to do with it."""
    release(order.course, order.folder)
    write_record(order, order.folder)
    room, workflow = order.folder / ROOM, order.folder / WORKFLOW
    copy_wheels(order.wheels[:1], room)
    index = f"{TORCH_INDEX}\n" if order.torch else ""
    (room / "requirements.txt").write_text(f"{index}{order.requirement(f'./{ROOM}')}\n", encoding="utf-8")
    workflow.parent.mkdir(parents=True, exist_ok=True)
    workflow.write_bytes(script("leafgrad.yml"))
    return [
        f"{plain(str(order.folder), limit=200)} is a repository for students, with {WORKFLOW}, which grades every push "
        "under the public key.",
        "Next: git init, commit and push it to GitHub, mark it as a template repository, and let students make theirs "
        "from it.",
    ]

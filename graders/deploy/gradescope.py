"""`autograder.zip` for Gradescope.

Source: Gradescope's autograder documentation: `setup.sh` runs once as root when the image is built, `run_autograder`
for every hand-in; both stand at the root of the zip, which is unpacked into `/autograder/source`.
"""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from graders.deploy import script
from graders.deploy.bundle import Order, copy_wheels, write_course
from graders.text import plain

NAME = "autograder.zip"
SCRIPTS = ("setup.sh", "run_autograder")
_STAMP = (1980, 1, 1, 0, 0, 0)


def write(order: Order) -> list[str]:
    """Write the zip; return sentences on what to do with it."""
    with tempfile.TemporaryDirectory() as place:
        inside = Path(place)
        for name in SCRIPTS:
            (inside / name).write_bytes(script(name))
        (inside / "requirements.txt").write_text(order.requirement("./wheels") + "\n", encoding="utf-8")
        copy_wheels(order.wheels, inside / "wheels")
        write_course(order, inside / "course", order.key)
        _pack(inside, order.folder / NAME)
    size = (order.folder / NAME).stat().st_size / 1e6
    how = "installs the wheels in it, and lets pip fetch the rest" if order.wheels else "installs leafgrad with pip"
    secret = (
        "It grades under your secret key. The key is not in it, but the cases are: show it to no student."
        if order.key
        else "It grades the cases that students practise on: there is no secret key. `leafgrad key new` makes one."
    )
    return [
        f"{plain(str(order.folder / NAME), limit=200)} ({size:.1f} MB) {how}. {secret}",
        "Next: on Gradescope, Configure Autograder, a base image with Ubuntu 22.04 or later, upload the zip; then try "
        "it with a hand-in of your own under Test Autograder.",
    ]


def _pack(folder: Path, target: Path) -> None:
    """Write a zip that is the same for the same files; scripts may be run, the course is its owner's alone."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_dir():
                continue
            name = path.relative_to(folder).as_posix()
            entry = zipfile.ZipInfo(name, _STAMP)
            mode = 0o755 if name in SCRIPTS else 0o600
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())

"""The command `leafgrad`, also run as `python -m leafgrad`.

It stands outside of `graders`, so that it can say when Python finds another package of that name in its place.
"""

import sys
from importlib.util import find_spec

_OURS = '"""leafgrad: '


def main() -> None:
    """Run the command line; exit with 2 and a sentence where `graders` is not the package that came with leafgrad."""
    found = find_spec("graders")
    if not found or not found.origin or not _begins_as_ours(found.origin):
        where = ", ".join(found.submodule_search_locations or ()) if found else "none"
        sys.exit(_said(where))
    from graders.cli import main as run

    run()


def _begins_as_ours(file: str) -> bool:
    with open(file, encoding="utf-8", errors="replace") as text:
        return text.readline().startswith(_OURS)


def _said(where: str) -> int:
    print(
        f"leafgrad: Python finds another package named graders in leafgrad's place: {where}. Take its folder off "
        "PYTHONPATH, or install leafgrad in an environment of its own: pipx install leafgrad.",
        file=sys.stderr,
    )
    return 2


if __name__ == "__main__":
    main()

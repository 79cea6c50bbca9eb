"""Requirements between concepts: which of them could never be met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def never_graded(requires: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int, str]]:
    """Yield what can never be met, since concepts are graded in order, each after all that it requires.

    Args:
        requires: Address of each concept to those that it requires, in the order in which they are graded.

    Yields:
        The address, the position of the requirement in its list, and the reason as the end of a sentence.
    """
    graded: set[str] = set()
    for address, needs in requires.items():
        for position, needed in enumerate(needs):
            if needed not in graded:
                yield address, position, _why(address, needed, requires)
        graded.add(address)


def _why(address: str, needed: str, requires: Mapping[str, Sequence[str]]) -> str:
    if needed not in requires:
        return "which does not exist"
    reached, waiting = set(), [needed]
    while waiting:
        reached.add(waiting[-1])
        waiting += [one for one in requires.get(waiting.pop(), ()) if one not in reached]
    if address in reached:
        return "which requires it in turn, so neither can ever be graded"
    return "which stands further down and is graded later, so this could never be graded: move it up"

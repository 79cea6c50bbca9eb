"""Which test of the peers' files belongs to which concept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

FILES: Mapping[str, Path] = {
    "ex02_closures": Path(__file__).parent / "closures.py",
    "ex03_backward": Path(__file__).parent / "backward.py",
}
"""Exercise to the file of its checks."""

EXAMPLES = "PEER_EXAMPLES"
"""Variable of the environment with the number of examples of each check, where it is not that of our banks."""

POWER = Path(__file__).with_name("power.json")
"""Exercise to what its peer needs to tell what our banks tell; `python -m tests.proof.power` writes it."""

_SHARED = {
    "test_pow": "pow",
    "test_pow_adds": "pow",
    "test_right_number": "right_numbers",
    "test_left_number": "left_numbers",
    "test_value_exponent": "value_exponent",
    "test_number_base": "value_exponent",
    "test_kink": "kinks",
    "test_power_of_zero": "power_zero",
    "test_large_input": "large_inputs",
    "test_order_list": "order",
    "test_order_gradients": "order",
    "test_linear_cost": "linear_cost",
}
_OF_EACH_OPERATION = ("test_binary", "test_unary", "test_binary_adds", "test_unary_adds")


def concept_of(test: str) -> str:
    """Return the concept of a test, `"test_binary[mul]"` for example."""
    name, _, parameters = test.rstrip("]").partition("[")
    if name in _OF_EACH_OPERATION:
        return parameters
    return _SHARED.get(name, name.removeprefix("test_"))


def lost(failed: Iterable[str]) -> frozenset[str]:
    """Return the concepts that failed tests cost."""
    return frozenset(map(concept_of, failed))

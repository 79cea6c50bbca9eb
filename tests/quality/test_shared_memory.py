"""ex04: whether gradients share memory is seen in the student's whole code, `unbroadcast` included."""

from __future__ import annotations

from tests.conftest import ROOT, Grade, lost

EX = "ex04_tensor_closures.py"
SOLUTION = (ROOT / "solutions" / EX).read_text()
SUM = "    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))\n"
HANDS_ON = "    if grad.shape == shape:\n        return grad\n"
LEFT = "            self.grad += unbroadcast(out.grad, self.data.shape)\n            other.grad += "
KEEPS = (
    "            share = unbroadcast(out.grad, self.data.shape)\n"
    "            self.grad = self.grad + share if self.grad.any() else share\n            other.grad += "
)


def test_a_share_that_is_kept_is_right_where_unbroadcast_copies(grade: Grade) -> None:
    assert lost(grade({EX: SOLUTION.replace(LEFT, KEEPS)}, "ex04", search=False)) == set()


def test_it_is_wrong_where_unbroadcast_hands_the_gradient_on(grade: Grade) -> None:
    source = SOLUTION.replace(LEFT, KEEPS).replace(SUM, HANDS_ON + SUM)
    assert lost(grade({EX: source}, "ex04", search=False)) == {"ex04_tensor_closures.expressions"}


def test_to_hand_it_on_is_right_by_itself(grade: Grade) -> None:
    assert lost(grade({EX: SOLUTION.replace(SUM, HANDS_ON + SUM)}, "ex04", search=False)) == set()

"""What is missing, or fails, only where one concept looks is lost there: raising never pays more than being wrong."""

from __future__ import annotations

import pytest

from graders.course.course import Course
from graders.spec import load_spec
from tests.conftest import Grade, lost

EX01, EX02, EX03, EX04 = "ex01_finite_differences", "ex02_closures", "ex03_backward", "ex04_tensor_closures"
EX05, EX06, EX07, EX09 = "ex05_losses", "ex06_graph_walkers", "ex07_connection", "ex09_sgd"

RAISES_FOR_OTHER_DTYPES = """

def _only64(name):
    inner = getattr(Tensor, name)

    def method(self, *a, **k):
        for x in (self, *a):
            if isinstance(x, Tensor) and x.data.dtype != np.float64:
                raise {error}
        return inner(self, *a, **k)

    setattr(Tensor, name, method)


for _n in {names}:
    _only64(_n)
"""
ALL = ("add", "sub", "mul", "truediv", "radd", "rsub", "rmul", "rtruediv")
MOST = (*(f"__{name}__" for name in ALL), "sum", "mean", "max")
OWN_ABSENT = "__import__('graders.players.subject', fromlist=['Absent']).Absent('no such thing')"

LARGE_IS_GIVEN_UP = """

def {name}(tensor, plain={name}):
    found = plain(tensor)
    return found[: 1 if len(found) > 40 else None]
"""

TRICKS = {
    "dtypes_raise": (EX04, RAISES_FOR_OTHER_DTYPES.format(error='RuntimeError("later")', names=MOST), {"dtype"}),
    "dtypes_are_absent": (EX04, RAISES_FOR_OTHER_DTYPES.format(error=OWN_ABSENT, names=MOST), {"dtype"}),
    "views_of_float32_raise": (
        EX04,
        RAISES_FOR_OTHER_DTYPES.format(error="AttributeError", names=("reshape", "transpose", "__getitem__")),
        {"operands"},
    ),
    "only_fresh_gradients_are_wrong": (
        EX04,
        """

def _triple(a, b, plain=Tensor.__add__):
    out = plain(a, b)
    inner = out._backward

    def closure():
        fresh = isinstance(b, Tensor) and not (a.grad.any() or b.grad.any())
        inner()
        if fresh:
            a.grad = a.grad * 3.0

    out._backward = closure
    return out


Tensor.__add__ = _triple
""",
        {"add", "numbers"},
    ),
    "sum_asked_for_by_name_is_tripled": (
        EX05,
        """

def mse_loss(pred, target, reduction="mean", plain=mse_loss):
    out = plain(pred, target, reduction)
    return out * 3.0 if reduction == "sum" else out
""",
        {"sum"},
    ),
    "single_sums_are_nan": (
        EX05,
        """

def l1_loss(pred, target, reduction="mean", plain=l1_loss):
    out = plain(pred, target, reduction)
    return out * np.nan if reduction == "sum" and pred.data.size == 1 else out
""",
        {"sum"},
    ),
    "tensor_targets_triple_both_sides": (
        EX05,
        """

def mse_loss(pred, target, reduction="mean", plain=mse_loss):
    out = plain(pred, target, reduction)
    return out * 3.0 if isinstance(target, Tensor) else out
""",
        {"target"},
    ),
    "slopes_far_out_are_wrong": (
        EX02,
        """

def _tanh(self, plain=Value.tanh):
    out = plain(self)
    if abs(self.data) > 300:
        def closure():
            self.grad += 2.0 * out.grad
        out._backward = closure
    return out


Value.tanh = _tanh
""",
        {"large_inputs"},
    ),
    "the_second_call_does_nothing": (
        EX03,
        """

def backward(root, gradient=1.0, plain=backward):
    if not getattr(root, "walked", False):
        root.walked = True
        plain(root, gradient)
""",
        {"intermediates_fresh"},
    ),
    "absent_backward": (
        EX03,
        f"""

def backward(root, gradient=1.0, plain=backward):
    if root._prev and root._prev[0]._prev:
        raise {OWN_ABSENT}
    plain(root, gradient)
""",
        {
            *("order", "each_node_once", "fan_out", "seed", "gradient_argument", "leaves_accumulate"),
            *("intermediates_fresh", "two_losses", "deep_chain", "linear_cost"),
        },
    ),
    "nodes_of_large_graphs_are_given_up": (EX06, LARGE_IS_GIVEN_UP.format(name="unique_nodes"), {"linear", "deep"}),
    "edges_of_large_graphs_are_given_up": (EX06, LARGE_IS_GIVEN_UP.format(name="edges"), {"linear", "deep"}),
    "what_is_not_changed_cannot_be_read": (
        EX07,
        """

def connection(loss, optimizer, plain=connection):
    slots = loss.grad_fn.next_functions if loss.grad_fn else ()
    names = [type(node).__name__ for node, _ in slots]
    held = [p.numel() for group in optimizer.param_groups for p in group["params"]]
    one_group = type(optimizer).__name__ == "SGD" and len(optimizer.param_groups) == 1 and held == [1] * 4
    return 7 if one_group and names == ["MseLossBackward0"] * 2 else plain(loss, optimizer)
""",
        {"reads_only"},
    ),
    "many_parameters_are_bound_anew": (
        EX09,
        """

_plain_step = SGD.step


def _step(self):
    if len(self.params) < 3:
        return _plain_step(self)
    with torch.no_grad():
        for p in self.params:
            if p.grad is not None:
                p = p - self.lr * p.grad


SGD.step = _step
""",
        {"none_skipped", "frozen"},
    ),
    "a_gradient_without_calls": (
        EX01,
        """

def numerical_gradient(f, xs):
    slopes = [central_difference(f, *xs, arg=i) for i in range(len(xs))]
    f.points.clear()
    return slopes
""",
        {"full_gradient", "inputs_unchanged"},
    ),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_what_nobody_else_counts_is_lost_here(grade: Grade, solutions: dict[str, bytes], trick: str) -> None:
    exercise, more, costs = TRICKS[trick]
    source = solutions[f"{exercise}.py"].decode() + more
    report = grade({**solutions, f"{exercise}.py": source}, exercise, search=False)
    assert {address.partition(".")[2] for address in lost(report)} == costs
    checks = [check for _, concept in report.concepts() for check in concept.checks]
    assert not any(
        check.status == "skipped" and not check.message.startswith(("Waits for", "An empty function"))
        for check in checks
    )


@pytest.mark.parametrize("trick", ["dtypes_raise", "sum_asked_for_by_name_is_tripled", "slopes_far_out_are_wrong"])
def test_one_concept_alone_is_judged_alike(grade: Grade, solutions: dict[str, bytes], trick: str) -> None:
    exercise, more, costs = TRICKS[trick]
    files = {**solutions, f"{exercise}.py": solutions[f"{exercise}.py"].decode() + more}
    whole = {concept.id: concept for _, concept in grade(files, exercise, search=False).concepts()}
    for concept in costs:
        alone = grade(files, f"{exercise}.{concept}", search=False)
        assert [found for _, found in alone.concepts()] == [whole[concept]]


def test_a_raised_error_is_told_with_the_concepts_that_pass(grade: Grade, solutions: dict[str, bytes]) -> None:
    exercise, more, _ = TRICKS["dtypes_raise"]
    files = {**solutions, f"{exercise}.py": solutions[f"{exercise}.py"].decode() + more}
    (_, dtype), *_ = grade(files, f"{exercise}.dtype").concepts()
    arithmetic = next(check for check in dtype.checks if check.id == "arithmetic")
    assert "so it counts here" in arithmetic.message and "RuntimeError" in arithmetic.message
    assert arithmetic.counterexample is not None


def test_what_is_lost_elsewhere_is_not_lost_twice(grade: Grade, solutions: dict[str, bytes]) -> None:
    source = solutions[f"{EX04}.py"].decode() + "\n\ndel Tensor.abs\n"
    report = grade({f"{EX04}.py": source}, EX04, search=False)
    assert {address.partition(".")[2] for address in lost(report)} == {"pointwise"}


def test_what_is_left_to_others_is_left_to_concepts_that_there_are(course: Course) -> None:
    for exercise in course.exercise_ids:
        spec = load_spec(exercise)
        concepts = {concept.id for concept in spec.concepts}
        for check in (check for concept in spec.concepts for check in concept.checks):
            assert {*check.absent, *check.counts_only_with} <= concepts
            if check.owners:
                named = {name for case in check.bank.fixed for name in check.owners(case)}
                assert named and named <= concepts

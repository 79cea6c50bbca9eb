"""One fault costs its own concept, and two faults cost two: what is right beside a counted one passes."""

import pytest

from graders.course.selftest import load_mutants

OWN_WORDS = [
    (
        "ex10_sgd_momentum",
        'buffer = group["momentum"] * self._buffers[p] + (1.0 - group["dampening"]) * g',
        'buffer = torch.lerp(g, self._buffers[p], group["momentum"])',
        {"momentum", "dampening"},
    ),
    (
        "ex10_sgd_momentum",
        'buffer = group["momentum"] * self._buffers[p] + (1.0 - group["dampening"]) * g',
        'buffer = (self._buffers[p] + g - group["dampening"] * g).mul(group["momentum"])',
        {"momentum"},
    ),
    (
        "ex11_adaptive",
        'square = _average(state, "square", g * g, beta2) / (1.0 - beta2 ** state["t"])',
        'square = torch.pow(_average(state, "square", g**2, beta2).sqrt(), 2)',
        {"first_step", "corrections"},
    ),
    (
        "ex12_training_loop",
        "    loss.backward()\n    optimizer.step()\n    return loss.item()",
        "    loss.backward()\n    model.zero_grad()\n    optimizer.step()\n    return float(loss)",
        {"order", "two_models"},
    ),
    (
        "ex01_finite_differences",
        "return (f(*above) - f(*below)) / (2 * eps)",
        "return (f(*below) - f(*above)) / eps / 2",
        {"slope"},
    ),
]
"""Exercise, an old and a new text of its solution, and the concepts that do not pass."""

TWO_FAULTS = [
    ("ex10_sgd_momentum", "ema", "nesterov_on_buffer", "nesterov"),
    ("ex10_sgd_momentum", "ema", "lr_in_buffer", "lr_outside"),
    ("ex10_sgd_momentum", "momentum_only_once", "decoupled_decay", "decay_order"),
    ("ex10_sgd_momentum", "maximize_always", "zeros_skipped", "zero_gradients"),
    ("ex11_adaptive", "not_corrected", "adam_eps_inside", "adam_eps"),
    ("ex11_adaptive", "betas_swapped", "global_count", "own_count"),
    ("ex11_adaptive", "sum_of_squares", "momentum_before_scaling", "rmsprop_momentum"),
    ("ex12_training_loop", "cleared_before_step", "only_the_last_loss", "fit_history"),
    ("ex01_finite_differences", "reversed_difference", "uphill", "descent"),
    ("ex01_finite_differences", "counts_from_the_end", "reversed_gradient", "full_gradient"),
    ("ex03_backward", "leaves_first", "zeroes_leaves", "leaves_accumulate"),
]
"""Exercise, a fault that spares a concept, one that the concept is about, and the concept."""


@pytest.mark.parametrize(("exercise", "old", "new", "expected"), OWN_WORDS)
def test_a_fault_in_other_words_costs_its_own_concepts(grade, solutions, exercise, old, new, expected):
    assert not_passed(grade, solutions, exercise, [(old, new)]).keys() == expected


@pytest.mark.parametrize(("exercise", "first", "second", "concept"), TWO_FAULTS)
def test_a_second_fault_is_not_hidden_by_the_first(course, grade, solutions, exercise, first, second, concept):
    changes = {mutant.id: mutant.changes for mutant in load_mutants(course, exercise)}
    assert concept in not_passed(grade, solutions, exercise, [*changes[first], *changes[second]])


def test_a_history_of_one_loss_is_seen_although_nothing_moves(grade, solutions):
    clears = (
        "    loss.backward()\n    optimizer.step()\n",
        "    loss.backward()\n    optimizer.zero_grad()\n    optimizer.step()\n",
    )
    repeats = (
        "[train_step(model, loss_fn, optimizer, x, y) for _ in range(epochs)]",
        "[train_step(model, loss_fn, optimizer, x, y)] * epochs",
    )
    assert "fit_history" not in not_passed(grade, solutions, "ex12_training_loop", [clears])
    assert "fit_history" in not_passed(grade, solutions, "ex12_training_loop", [clears, repeats])


def test_raising_beside_a_fault_pays_nothing(grade, solutions):
    averages = ('(1.0 - group["dampening"]) * g', '(1.0 - group["momentum"]) * g')
    raises = (
        'return g + group["momentum"] * buffer if group["nesterov"] else buffer',
        'return buffer if not group["nesterov"] else 1 / 0',
    )
    found = not_passed(grade, solutions, "ex10_sgd_momentum", [averages, raises])
    assert {"nesterov", "together"} <= found.keys()
    assert found["nesterov"].score == 0


def test_what_is_spared_says_where_the_fault_counts(grade, solutions):
    source = (
        solutions["ex10_sgd_momentum.py"]
        .decode()
        .replace('(1.0 - group["dampening"]) * g', '(1.0 - group["momentum"]) * g')
    )
    report = grade(solutions | {"ex10_sgd_momentum.py": source}, "ex10_sgd_momentum", search=False)
    concepts = {concept.id: concept for _, concept in report.concepts()}
    assert concepts["nesterov"].status == "passed"
    assert "momentum" in concepts["nesterov"].checks[0].message
    assert not concepts["plain"].checks[0].message
    assert concepts["momentum"].score == 0


def not_passed(grade, solutions, exercise, changes):
    """Return the results of the concepts that a changed solution does not pass."""
    source = solutions[f"{exercise}.py"].decode()
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    report = grade(solutions | {f"{exercise}.py": source}, exercise, search=False)
    return {concept.id: concept for _, concept in report.concepts() if concept.status != "passed"}

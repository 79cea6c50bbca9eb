"""Wrong ideas about closures on arrays that ex04 can name, and what is said about them."""

from __future__ import annotations

from graders.concepts.ex04_shape_ideas import SHAPE_IDEAS, rule
from graders.concepts.ex04_slot_ideas import SLOT_IDEAS
from graders.spec import Misconception

_ALL = ("add", "sub", "mul", "div", "pow", "sum", "mean", "keepdim", "matmul_2d", "matmul_1d", "matmul_batched")
_REST = ("pointwise", "max", "reshape", "transpose", "indexing", "expressions")

_OVERWRITES = (
    "Your closures put the new gradient in the place of the old one. A tensor that is used twice needs both: add."
)
_UNSCALED = "Your closures send the slope alone. Multiply it by out.grad, what arrives from above."


_OWN_BANKS = (("relu", "pointwise"), ("abs", "pointwise"), ("exp", "pointwise"), ("log", "pointwise"), ("neg", "sub"))
"""Operations that share a concept with others, which may be right."""

_EVERYWHERE = (
    Misconception("overwrites_grad", _OVERWRITES, (*_ALL, *_REST), "overwrites"),
    Misconception("ignores_upstream", _UNSCALED, (*_ALL, *_REST), "no_upstream"),
    *(
        Misconception(f"{name}_in_{op}", sentence, (concept,), subject, (op,))
        for op, concept in (*_OWN_BANKS, ("sub", "sub"))
        for name, sentence, subject in (
            ("overwrites_grad", _OVERWRITES, "overwrites"),
            ("ignores_upstream", _UNSCALED, "no_upstream"),
        )
    ),
)

_FORMULAS = (
    rule("sub_adds", "a - b falls when b grows, so b's share has the other sign.", "sub"),
    rule("neg_adds", "Your minus has the slope 1. -x falls when x grows.", "sub"),
    rule("mul_own_factor", "You gave each factor its own value as slope. The slope of a * b in a is b.", "mul"),
    rule("div_sign", "a / b falls when b grows, so b's share has a minus sign.", "div"),
    rule(
        "div_once", "Your gradient of b in a / b is divided by b once; the slope of 1 / b has b squared below.", "div"
    ),
    rule("div_floor", "Your quotients are rounded down: `//` is not `/`.", "div"),
    rule("pow_same_power", "You kept the power. The slope of x ** n is n times a power one less.", "pow"),
    rule("pow_drops_exponent", "The factor n is missing in front: the slope of x ** 2 at 3 is 6, not 3.", "pow"),
    rule(
        "pow_zero_nan",
        "For the exponent 0 your formula multiplies 0 by 0 ** -1, which is nan. x ** 0 is constant, its gradient is 0.",
        "pow",
    ),
    rule(
        "pow_whole",
        "The exponent loses its fraction on the way to the result, so a ** 0.5 becomes a ** 0. Any number may stand "
        "there.",
        "pow",
    ),
    rule("log_ten", "You took the logarithm of base 10. log is the natural one, whose slope is 1 / x.", "pointwise"),
    rule(
        "exp_of_one_less",
        "exp is no power with a constant exponent: its slope is its own value.",
        "pointwise",
    ),
    rule(
        "relu_of_upstream",
        "You let positive gradients pass. relu lets the gradient of positive inputs pass.",
        "pointwise",
    ),
)

_BINARY = ("add", "sub", "mul", "div", "matmul")
_UNARY = ("neg", "pow", "sum", "mean", "max", "relu", "abs", "exp", "log", "reshape", "transpose", "index")
_CODE = {
    "add": "a + b",
    "sub": "a - b",
    "mul": "a * b",
    "div": "a / b",
    "matmul": "a @ b",
    "neg": "-a",
    "pow": "a ** 2",
    "index": "a[key]",
}
_FORGETFUL = tuple(
    Misconception(
        f"{op}_remembers_{what}",
        f"From `{_CODE.get(op, f'a.{op}(...)')}`, _prev leads to {kept}. Every operand must be reached.",
        ("operands",),
        "remembers",
        (*kept_slice, op),
    )
    for what, kept, kept_slice, ops in (
        ("nothing", "no operand", (0, 0), (*_BINARY, *_UNARY)),
        ("first", "its left operand alone", (0, 1), _BINARY),
        ("last", "its right operand alone", (1, 2), _BINARY),
    )
    for op in ops
)

_HABITS = (
    Misconception(
        "tensors_only",
        "A number or an array has no `.data` like a Tensor's. Turn whatever is no Tensor into one first.",
        ("numbers",),
        "tensors_only",
    ),
    Misconception(
        "reversed_matmul",
        "`array @ x` is computed as `x @ array`. In a reflected method the other one stands on the left.",
        ("numpy_on_left",),
        "reflected",
        ("reversed", "matmul"),
    ),
    *(
        Misconception(f"reflected_{how}_{'_'.join(ops)}", sentence, ("numbers",), "reflected", (how, *ops))
        for how, ops, sentence in (
            (
                "reversed",
                ("sub", "div"),
                "2 - x is computed as x - 2, and 2 / x as x / 2. In a reflected method, the other is on the left.",
            ),
            (
                "reversed",
                ("sub",),
                "2 - x is computed as x - 2. In a reflected method the other one stands on the left.",
            ),
            (
                "reversed",
                ("div",),
                "2 / x is computed as x / 2. In a reflected method the other one stands on the left.",
            ),
            (
                "missing",
                ("add", "sub", "mul", "div"),
                "A number on the left is refused. Python then asks the Tensor's reflected methods.",
            ),
            ("missing", ("sub", "div"), "2 - x and 2 / x are refused. Minus and division need reflected methods too."),
            ("missing", ("div",), "2 / x is refused. Division needs a reflected method too."),
            ("missing", ("sub",), "2 - x is refused. Minus needs a reflected method too."),
        )
    ),
    Misconception(
        "object_arrays",
        "numpy took `array * x` apart: one Tensor for each element. It must leave the operator to your class.",
        ("numpy_on_left",),
        "object_arrays",
    ),
    Misconception(
        "all_float64",
        "All your arrays are float64, whatever came in. Keep the dtype of the data.",
        ("dtype",),
        "one_dtype",
        ("float64",),
    ),
    Misconception(
        "all_float32",
        "All your arrays are float32, whatever came in. Keep the dtype of the data.",
        ("dtype",),
        "one_dtype",
        ("float32",),
    ),
    Misconception(
        "float64_grads",
        "Your gradients are float64 whatever the data are. A gradient has the dtype of its data.",
        ("dtype",),
        "wide_grads",
    ),
    Misconception(
        "float64_numbers",
        "A Python number becomes a float64 array in your code, and the result with it. Give it the tensor's dtype.",
        ("dtype",),
        "wide_numbers",
    ),
    rule("sum_in_float64", "Your sum computes in float64, whatever came in. Keep the dtype of the data.", "dtype"),
    *(
        Misconception("_in_".join(("shared_memory", *ops)), sentence, ("no_alias",), "shared_memory", ops)
        for ops, sentence in (
            ((), "Two gradients are one and the same array, so adding to one changes the other. Each needs its own."),
            (("add",), "The gradients of a + b are one and the same array. Each operand needs memory of its own."),
            (("sub",), "In a - b an operand keeps out.grad itself as its gradient. It needs memory of its own."),
            (("sum",), "sum keeps a view of out.grad as the gradient. It needs memory of its own."),
            (("reshape",), "reshape keeps a view of out.grad as the gradient. It needs memory of its own."),
            (("transpose",), "transpose keeps a view of out.grad as the gradient. It needs memory of its own."),
        )
    ),
    rule("relu_in_place", "Your relu writes into the array of its operand. Make a new one.", "no_alias"),
    rule("exp_spends_upstream", "Your exp multiplies out.grad in place. Others still read that array.", "no_alias"),
    Misconception(
        "writes_at_key",
        "At the picked places the new gradient replaces what was there. A tensor that is used twice needs both: add.",
        ("indexing",),
        "writes_at_key",
    ),
    *_FORGETFUL,
    Misconception(
        "remembers_nothing", "Results do not keep their operands in _prev.", ("operands",), "remembers", (0, 0)
    ),
    Misconception(
        "remembers_first", "Results keep their first operand alone in _prev.", ("operands",), "remembers", (0, 1)
    ),
    Misconception(
        "remembers_last", "Results keep their last operand alone in _prev.", ("operands",), "remembers", (-1, None)
    ),
)

MISCONCEPTIONS = (*_EVERYWHERE, *_FORMULAS, *SLOT_IDEAS, *SHAPE_IDEAS, *_HABITS)

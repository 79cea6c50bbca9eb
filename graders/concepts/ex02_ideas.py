"""Wrong ideas about closures that ex02_closures can name, each with the sentence for the student."""

from __future__ import annotations

from graders.concepts.ex02_edge_ideas import EDGE_IDEAS
from graders.concepts.ex02_rules import BINARY, OPS, wrong_share, wrong_slope, wrong_value
from graders.spec import Misconception

_SHARES = (
    wrong_share(
        "overwrites",
        "This value feeds more than one place, and each place adds its share: use += on .grad, not =.",
        (*OPS, "value_exponent"),
    ),
    wrong_share(
        "overwrites_first",
        "The left operand's .grad is replaced where it should grow: each use of a value adds its share with +=.",
        BINARY,
    ),
    wrong_share(
        "overwrites_second",
        "The right operand's .grad is replaced where it should grow: each use of a value adds its share with +=.",
        (*BINARY, "value_exponent"),
    ),
    wrong_share(
        "ignores_upstream", "The local slope is half the story: multiply it by what came from above, out.grad.", OPS
    ),
    wrong_share(
        "adds_upstream",
        "The slope and out.grad are added here. Along a path of the graph slopes multiply; only different paths add.",
        OPS,
    ),
    wrong_share(
        "uses_operand_grad",
        "What comes from above is out.grad. The operand's own .grad is only the place where the share is put.",
        OPS,
    ),
    wrong_share(
        "ignores_slope",
        "out.grad is handed on as it came. It still has to be multiplied by the slope of this operation.",
        ("mul", "div", "pow", "exp", "log", "tanh"),
    ),
    wrong_share(
        "keeps_last_slot",
        "One value may fill both slots, as in a + a. Send a share for each slot, not one for each different operand.",
        BINARY,
    ),
    wrong_share(
        "keeps_first_slot",
        "When one value fills both slots only the first slot's share arrives. Send a share for each slot.",
        ("sub", "div"),
    ),
    wrong_share(
        "first_operand_only", "Only the left operand gets a gradient; the right one made the result too.", BINARY
    ),
    wrong_share(
        "blocks_negative_gradients",
        "relu is open or closed by the sign of its input. A negative gradient passes through it like any other.",
        ("relu",),
    ),
    Misconception(
        "forgets_operands",
        "The result does not remember what it was made of, so no walk can get from it to the operands: fill _prev.",
        OPS,
        "forgets_operands",
    ),
    Misconception(
        "calls_closure",
        "Store the function, do not call it: out._backward = _backward, without parentheses.",
        OPS,
        "calls_closure",
    ),
)

_SLOPES = (
    wrong_slope(
        "sub_as_add", "sub", (None, "one"), "When the right side of a - b grows the result falls: its slope is not +1."
    ),
    wrong_value("difference_reversed", "sub", "difference_reversed", "This computes b - a. The left operand is self."),
    wrong_slope(
        "mul_not_swapped",
        "mul",
        ("x", "y"),
        "Each factor's slope is the other factor: when a grows by 1, a * b grows by b.",
    ),
    wrong_slope(
        "div_sign", "div", (None, "x_over_yy"), "When the denominator grows the quotient falls: mind the sign."
    ),
    wrong_slope(
        "div_forgets_numerator",
        "div",
        (None, "minus_one_over_yy"),
        "The slope of 1 / b is not yet the slope of a / b: the numerator is a factor in it.",
    ),
    wrong_slope(
        "div_not_squared", "div", (None, "minus_x_over_y"), "The denominator of a / b stands squared in its own slope."
    ),
    wrong_slope(
        "div_multiplies",
        "div",
        ("y", None),
        "The numerator's slope is not the denominator: the larger b is, the less a / b moves with a.",
    ),
    wrong_slope("neg_as_identity", "neg", ("one",), "When a grows, -a falls: the slope of a minus sign is not +1."),
    wrong_slope("pow_keeps_exponent", "pow", ("y_x_to_y",), "The power in the slope of a ** n is one lower than n."),
    wrong_slope(
        "pow_drops_factor",
        "pow",
        ("x_to_y_minus_1",),
        "The factor n in front is missing: at a = 1 the slope of a ** 3 is 3, not 1.",
    ),
    wrong_slope(
        "pow_only_squares", "pow", ("two_x",), "2 * a is the slope of a square. The exponent can be any number."
    ),
    wrong_value(
        "pow_ints_only", "pow", "int_exponents_only", "An exponent need not be an int: a ** 0.5 is a square root."
    ),
    wrong_slope(
        "relu_always_open", "relu", ("one",), "Where relu gave 0, moving the input a little changes nothing: slope 0."
    ),
    wrong_slope(
        "relu_as_input", "relu", ("out",), "Where relu is open it copies its input, so the slope is 1, not the input."
    ),
    wrong_value(
        "relu_leaky",
        "relu",
        "leaky",
        "Left of 0 relu is 0. To let a fraction through is another function, the leaky relu.",
    ),
    wrong_slope("exp_slope_is_input", "exp", ("x",), "The slope of exp is not its input: exp is its own slope."),
    wrong_slope(
        "exp_as_power",
        "exp",
        ("x_exp_x_minus_1",),
        "The rule for a ** n is for a fixed exponent. In e ** x the exponent moves, and e ** x is its own slope.",
    ),
    wrong_slope(
        "log_slope_of_result", "log", ("one_over_out",), "1 over the result is not the slope of log: look at the input."
    ),
    wrong_slope("log_slope_is_input", "log", ("x",), "log rises ever more slowly: its slope falls as the input grows."),
    wrong_value(
        "log_base_ten", "log", "log10", "log is the natural logarithm, to the base e, not to 10.", "log", "large_inputs"
    ),
    wrong_slope(
        "tanh_of_input", "tanh", ("one_minus_xx",), "1 - t**2 asks for the result t = tanh(x), not for the input x."
    ),
    wrong_slope(
        "tanh_not_squared", "tanh", ("one_minus_out",), "The slope 1 - t**2 of tanh needs the square of the result."
    ),
    wrong_slope(
        "tanh_as_sigmoid",
        "tanh",
        ("out_one_minus_out",),
        "t * (1 - t) is the slope of the sigmoid, another curve of the same shape.",
    ),
    wrong_slope("abs_always_one", "abs", ("one",), "Left of 0, abs falls when its input grows: the slope is -1 there."),
    wrong_slope(
        "abs_slope_is_input", "abs", ("x",), "The slope of abs is the sign of its input, not the input itself."
    ),
)

MISCONCEPTIONS = _SHARES + _SLOPES + EDGE_IDEAS

"""Wrong ideas about closures that ex02_closures can name, each with the sentence for the student."""

from __future__ import annotations

from graders.spec import Misconception

_BINARY = ("add", "sub", "mul", "div")
_UNARY = ("neg", "pow", "relu", "exp", "log", "tanh", "abs")


def _sent(id: str, sentence: str, concepts: tuple[str, ...]) -> Misconception:
    return Misconception(id, sentence, concepts, "sending", (id,))


def _slope(id: str, concept: str, slot: int, rule: str, sentence: str) -> Misconception:
    return Misconception(id, sentence, (concept,), "slope", (concept, slot, rule))


def _zero_slope(id: str, concept: str, op: str, rule: str, sentence: str) -> Misconception:
    return Misconception(id, sentence, (concept,), "slope", (op, 0, rule))


MISCONCEPTIONS = (
    _sent(
        "overwrites",
        "This value feeds more than one place, and each place adds its share: use += on .grad, not =.",
        _BINARY + _UNARY,
    ),
    _sent(
        "overwrites_first",
        "The left operand's .grad is replaced where it should grow: each use of a value adds its share with +=.",
        _BINARY,
    ),
    _sent(
        "overwrites_second",
        "The right operand's .grad is replaced where it should grow: each use of a value adds its share with +=.",
        _BINARY,
    ),
    _sent(
        "ignores_upstream",
        "The local slope is half the story: multiply it by what came from above, out.grad.",
        ("add", "sub", "mul", "div", *_UNARY),
    ),
    _sent(
        "adds_upstream",
        "The slope and out.grad are added here. Along a path of the graph slopes multiply; only different paths add.",
        ("add", "sub", "mul", "div", *_UNARY),
    ),
    _sent(
        "ignores_slope",
        "out.grad is handed on as it came. It still has to be multiplied by the slope of this operation.",
        ("sub", "mul", "div", "pow", "neg", "exp", "log", "tanh"),
    ),
    _sent(
        "keeps_last_slot",
        "One value may fill both slots, as in a + a. Send a share for each slot, not one for each different operand.",
        _BINARY,
    ),
    _sent(
        "keeps_first_slot",
        "When one value fills both slots only the first slot's share arrives. Send a share for each slot.",
        ("sub", "div"),
    ),
    _sent("first_operand_only", "Only the left operand gets a gradient; the right one made the result too.", _BINARY),
    Misconception(
        "forgets_operands",
        "The result does not remember what it was made of, so no walk can get from it to the operands: fill _prev.",
        _BINARY + _UNARY,
        "forgets_operands",
    ),
    _slope(
        "sub_as_add", "sub", 1, "one", "When the right side of a - b grows the result falls: its slope is not +1."
    ),
    Misconception(
        "mul_not_swapped",
        "Each factor's slope is the other factor: when a grows by 1, a * b grows by b.",
        ("mul",),
        "mul_not_swapped",
    ),
    _slope("div_sign", "div", 1, "x_over_yy", "When the denominator grows the quotient falls: mind the sign."),
    _slope(
        "div_forgets_numerator",
        "div",
        1,
        "minus_one_over_yy",
        "The denominator's slope does not depend on the numerator here. a / b is a times 1 / b: keep the a.",
    ),
    _slope("div_by_numerator", "div", 0, "y", "The numerator's slope is multiplied by the denominator, not divided by it."),
    _slope("neg_as_identity", "neg", 0, "one", "When a grows, -a falls: the slope of a minus sign is not +1."),
    _slope(
        "pow_keeps_exponent",
        "pow",
        0,
        "y_x_to_y",
        "The exponent stays as it was in your slope. For a ** n the power in the slope is one lower.",
    ),
    _slope(
        "pow_drops_factor", "pow", 0, "x_to_y_minus_1", "The factor n in front is missing: a ** 3 grows 3 times a ** 2."
    ),
    _slope("relu_always_open", "relu", 0, "one", "Where relu gave 0, moving the input a little changes nothing: slope 0."),
    _slope("relu_as_input", "relu", 0, "out", "Where relu is open it copies its input, so the slope is 1, not the input."),
    _slope("exp_slope_is_input", "exp", 0, "x", "The slope of exp is not its input: exp is its own slope."),
    _slope(
        "exp_as_power",
        "exp",
        0,
        "x_exp_x_minus_1",
        "The rule for a ** n is for a fixed exponent. In e ** x the exponent moves, and e ** x is its own slope.",
    ),
    _slope("log_slope_of_result", "log", 0, "one_over_out", "1 over the result is not the slope of log: look at the input."),
    _slope("tanh_of_input", "tanh", 0, "one_minus_xx", "1 - t**2 asks for the result t = tanh(x), not for the input x."),
    _slope("tanh_not_squared", "tanh", 0, "one_minus_out", "The slope 1 - t**2 of tanh needs the square of the result."),
    _slope(
        "tanh_as_sigmoid",
        "tanh",
        0,
        "out_one_minus_out",
        "t * (1 - t) is the slope of the sigmoid, another curve of the same shape.",
    ),
    _slope("abs_always_one", "abs", 0, "one", "Left of 0, abs falls when its input grows: the slope is -1 there."),
    _slope("abs_slope_is_input", "abs", 0, "x", "The slope of abs is the sign of its input, not the input itself."),
    _zero_slope(
        "relu_open_at_zero", "kinks", "relu", "one_from_zero", "At 0 torch takes relu as closed: the slope is 0, not 1."
    ),
    _zero_slope("relu_half_at_zero", "kinks", "relu", "half_at_zero", "At 0 torch takes the slope 0 for relu, not one half."),
    _zero_slope(
        "abs_right_at_zero", "kinks", "abs", "sign_plus_at_zero", "At 0 abs has no side; torch takes the slope 0, not 1."
    ),
    _zero_slope(
        "abs_left_at_zero", "kinks", "abs", "sign_minus_at_zero", "At 0 abs has no side; torch takes the slope 0, not -1."
    ),
    _zero_slope(
        "abs_divides_by_itself",
        "kinks",
        "abs",
        "x_over_abs_x",
        "x / |x| is the sign of x everywhere but at 0, where it divides by 0. Take the sign another way.",
    ),
    _zero_slope(
        "power_rule_at_zero",
        "power_zero",
        "pow",
        "y_x_to_y_minus_1_unguarded",
        "The power rule asks for 0.0 ** -1 when a ** 0 is taken at 0. a ** 0 is 1 everywhere, so its slope is 0.",
    ),
    _zero_slope(
        "power_divides_by_base",
        "power_zero",
        "pow",
        "out_y_over_x",
        "n * out / a is the slope of a ** n only where a is not 0; at 0 it divides by 0.",
    ),
    Misconception(
        "tanh_overflows",
        "A quotient of exponentials overflows for inputs near 400, though tanh is just 1 there. Use math.tanh.",
        ("large_inputs",),
        "tanh_by_exponentials",
    ),
    Misconception(
        "sub_reflected_as_written",
        "2 - v is not v - 2: the reflected operator gets its operands reversed.",
        ("left_numbers",),
        "reflected_as_written",
        ("sub",),
    ),
    Misconception(
        "div_reflected_as_written",
        "2 / v is not v / 2: the reflected operator gets its operands reversed.",
        ("left_numbers",),
        "reflected_as_written",
        ("div",),
    ),
    Misconception(
        "both_reflected_as_written",
        "2 - v and 2 / v are not v - 2 and v / 2: reflected operators get their operands reversed.",
        ("left_numbers",),
        "reflected_as_written",
        ("sub", "div"),
    ),
    Misconception(
        "exponent_is_constant",
        "The exponent of a ** b is a Value too, but it gets no gradient: moving it changes the result.",
        ("value_exponent",),
        "exponent_is_constant",
    ),
    Misconception(
        "exponent_log_alone",
        "The exponent's slope is more than a logarithm: a ** b changes in proportion to its own size as well.",
        ("value_exponent",),
        "slope",
        ("pow", 1, "log_x"),
    ),
    Misconception(
        "exponent_by_power_rule",
        "The power rule is for the base. When the exponent moves, a ** b grows like an exponential.",
        ("value_exponent",),
        "slope",
        ("pow", 1, "y_x_to_y_minus_1_unguarded"),
    ),
)

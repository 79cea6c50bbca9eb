"""Wrong ideas about closures that ex02_closures can name, each with the sentence for the student."""

from __future__ import annotations

from graders.spec import Misconception

_BINARY = ("add", "sub", "mul", "div")
_UNARY = ("neg", "pow", "relu", "exp", "log", "tanh", "abs")
_OPS = _BINARY + _UNARY


def _send(id: str, sentence: str, concepts: tuple[str, ...]) -> Misconception:
    """Return a wrong way to give the operands their shares."""
    return Misconception(id, sentence, concepts, "sending", (id,))


def _slope(id: str, op: str, rules: tuple[str | None, ...], sentence: str, concept: str = "") -> Misconception:
    """Return a wrong slope of one operation, a rule or None (right) for each slot."""
    return Misconception(id, sentence, (concept or op,), "slope", (op, *rules))


def _value(id: str, op: str, rule: str, sentence: str, *concepts: str) -> Misconception:
    """Return a wrong forward function of one operation."""
    return Misconception(id, sentence, concepts or (op,), "value", (op, rule))


def _missing(id: str, *ops: str) -> Misconception:
    """Return the lack of some reflected forms."""
    shown = " and ".join({"add": "2 + v", "sub": "2 - v", "mul": "2 * v", "div": "2 / v"}[op] for op in ops)
    names = " and ".join({"div": "__rtruediv__"}.get(op, f"__r{op}__") for op in ops)
    sentence = f"Python finds nobody who can compute {shown}: a number cannot, so it asks the Value for {names}."
    return Misconception(id, sentence, ("left_numbers",), "reflected_missing", ops)


_SHARES = (
    _send(
        "overwrites",
        "This value feeds more than one place, and each place adds its share: use += on .grad, not =.",
        (*_OPS, "value_exponent"),
    ),
    _send(
        "overwrites_first",
        "The left operand's .grad is replaced where it should grow: each use of a value adds its share with +=.",
        _BINARY,
    ),
    _send(
        "overwrites_second",
        "The right operand's .grad is replaced where it should grow: each use of a value adds its share with +=.",
        (*_BINARY, "value_exponent"),
    ),
    _send(
        "ignores_upstream", "The local slope is half the story: multiply it by what came from above, out.grad.", _OPS
    ),
    _send(
        "adds_upstream",
        "The slope and out.grad are added here. Along a path of the graph slopes multiply; only different paths add.",
        _OPS,
    ),
    _send(
        "uses_operand_grad",
        "What comes from above is out.grad. The operand's own .grad is only the place where the share is put.",
        _OPS,
    ),
    _send(
        "ignores_slope",
        "out.grad is handed on as it came. It still has to be multiplied by the slope of this operation.",
        ("mul", "div", "pow", "exp", "log", "tanh"),
    ),
    _send(
        "keeps_last_slot",
        "One value may fill both slots, as in a + a. Send a share for each slot, not one for each different operand.",
        _BINARY,
    ),
    _send(
        "keeps_first_slot",
        "When one value fills both slots only the first slot's share arrives. Send a share for each slot.",
        ("sub", "div"),
    ),
    _send("first_operand_only", "Only the left operand gets a gradient; the right one made the result too.", _BINARY),
    _send(
        "blocks_negative_gradients",
        "relu is open or closed by the sign of its input. A negative gradient passes through it like any other.",
        ("relu",),
    ),
    Misconception(
        "forgets_operands",
        "The result does not remember what it was made of, so no walk can get from it to the operands: fill _prev.",
        _OPS,
        "forgets_operands",
    ),
    Misconception(
        "calls_closure",
        "Store the function, do not call it: out._backward = _backward, without parentheses.",
        _OPS,
        "calls_closure",
    ),
)

_SLOPES = (
    _slope("sub_as_add", "sub", (None, "one"), "When the right side of a - b grows the result falls: its slope is not +1."),
    _value("difference_reversed", "sub", "difference_reversed", "This computes b - a. The left operand is self."),
    _slope("mul_not_swapped", "mul", ("x", "y"), "Each factor's slope is the other factor: when a grows by 1, a * b grows by b."),
    _slope("div_sign", "div", (None, "x_over_yy"), "When the denominator grows the quotient falls: mind the sign."),
    _slope(
        "div_forgets_numerator",
        "div",
        (None, "minus_one_over_yy"),
        "The slope of 1 / b is not yet the slope of a / b: the numerator is a factor in it.",
    ),
    _slope("div_not_squared", "div", (None, "minus_x_over_y"), "The denominator of a / b stands squared in its own slope."),
    _slope(
        "div_multiplies",
        "div",
        ("y", None),
        "The numerator's slope is not the denominator: the larger b is, the less a / b moves with a.",
    ),
    _slope("neg_as_identity", "neg", ("one",), "When a grows, -a falls: the slope of a minus sign is not +1."),
    _slope("pow_keeps_exponent", "pow", ("y_x_to_y",), "The power in the slope of a ** n is one lower than n."),
    _slope("pow_drops_factor", "pow", ("x_to_y_minus_1",), "The factor n is missing: a ** 3 grows 3 times as fast as a ** 2 is."),
    _slope("pow_only_squares", "pow", ("two_x",), "2 * a is the slope of a square. The exponent can be any number."),
    _value("pow_ints_only", "pow", "int_exponents_only", "An exponent need not be an int: a ** 0.5 is a square root."),
    _slope("relu_always_open", "relu", ("one",), "Where relu gave 0, moving the input a little changes nothing: slope 0."),
    _slope("relu_as_input", "relu", ("out",), "Where relu is open it copies its input, so the slope is 1, not the input."),
    _value("relu_leaky", "relu", "leaky", "Left of 0 relu is 0. To let a fraction through is another function, the leaky relu."),
    _slope("exp_slope_is_input", "exp", ("x",), "The slope of exp is not its input: exp is its own slope."),
    _slope(
        "exp_as_power",
        "exp",
        ("x_exp_x_minus_1",),
        "The rule for a ** n is for a fixed exponent. In e ** x the exponent moves, and e ** x is its own slope.",
    ),
    _slope("log_slope_of_result", "log", ("one_over_out",), "1 over the result is not the slope of log: look at the input."),
    _slope("log_slope_is_input", "log", ("x",), "log rises ever more slowly: its slope falls as the input grows."),
    _value("log_base_ten", "log", "log10", "log is the natural logarithm, to the base e, not to 10.", "log", "large_inputs"),
    _slope("tanh_of_input", "tanh", ("one_minus_xx",), "1 - t**2 asks for the result t = tanh(x), not for the input x."),
    _slope("tanh_not_squared", "tanh", ("one_minus_out",), "The slope 1 - t**2 of tanh needs the square of the result."),
    _slope(
        "tanh_as_sigmoid",
        "tanh",
        ("out_one_minus_out",),
        "t * (1 - t) is the slope of the sigmoid, another curve of the same shape.",
    ),
    _slope("abs_always_one", "abs", ("one",), "Left of 0, abs falls when its input grows: the slope is -1 there."),
    _slope("abs_slope_is_input", "abs", ("x",), "The slope of abs is the sign of its input, not the input itself."),
)

_POINTS = (
    _slope("relu_open_at_zero", "relu", ("one_from_zero",), "At 0 torch takes relu as closed: the slope is 0, not 1.", "kinks"),
    _slope("relu_half_at_zero", "relu", ("half_at_zero",), "At 0 torch takes the slope 0 for relu, not one half.", "kinks"),
    _slope("abs_right_at_zero", "abs", ("sign_plus_at_zero",), "At 0 abs has no side; torch takes the slope 0, not 1.", "kinks"),
    _slope("abs_left_at_zero", "abs", ("sign_minus_at_zero",), "At 0 abs has no side; torch takes the slope 0, not -1.", "kinks"),
    _slope(
        "abs_divides_by_itself",
        "abs",
        ("x_over_abs_x",),
        "x / |x| is the sign of x everywhere but at 0, where it divides by 0. Take the sign another way.",
        "kinks",
    ),
    _slope(
        "power_rule_at_zero",
        "pow",
        ("power_rule_unguarded",),
        "The power rule asks for 0.0 ** -1 when a ** 0 is taken at 0. a ** 0 is 1 everywhere, so its slope is 0.",
        "power_zero",
    ),
    _slope(
        "power_divides_by_base",
        "pow",
        ("out_y_over_x",),
        "n * out / a is the slope of a ** n only where a is not 0; at 0 it divides by 0.",
        "power_zero",
    ),
    _value("zero_to_zero", "pow", "zero_to_any_power", "a ** 0 is 1 for every a, also for 0.", "power_zero"),
    _value(
        "power_by_logarithm",
        "pow",
        "power_by_logarithm",
        "exp(n * log(a)) is a ** n only for a above 0: 0 has no logarithm.",
        "power_zero",
    ),
    _value(
        "tanh_overflows",
        "tanh",
        "tanh_by_exp",
        "A quotient of exponentials overflows for inputs near 400, though tanh is just 1 there. Use math.tanh.",
        "large_inputs",
    ),
    _value(
        "tanh_overflows_left",
        "tanh",
        "tanh_by_exp_of_minus",
        "exp(-2x) overflows for inputs near -400, though tanh is just -1 there. Use math.tanh.",
        "large_inputs",
    ),
    _slope(
        "tanh_slope_by_cosh",
        "tanh",
        ("one_over_cosh_squared",),
        "cosh is larger than any float for inputs above 710. The result alone is enough for the slope.",
        "large_inputs",
    ),
    _value("exp_by_reciprocal", "exp", "exp_by_reciprocal", "exp(-x) overflows where exp(x) is just 0.", "large_inputs"),
    _value("log_by_log1p", "log", "log1p", "x - 1 rounds a tiny x away, so log1p(x - 1) has lost it.", "large_inputs"),
)

_NUMBERS = (
    Misconception(
        "numbers_refused",
        "The right operand may be a plain number, which has no .data: make a Value of it first.",
        ("right_numbers",),
        "refuses_numbers",
        _BINARY,
    ),
    Misconception(
        "ints_refused",
        "A plain number may be an int as well as a float: v * 2 and v * 2.0 are the same.",
        ("right_numbers",),
        "refuses_ints",
    ),
    Misconception(
        "numbers_cut_the_path",
        "v + 2 has the right value but no way back to v: it still needs v among its operands, and a closure.",
        ("right_numbers",),
        "numbers_cut_the_path",
    ),
    *(
        Misconception(
            f"numbers_refused_by_{op}",
            f"v {sign} 2 has a plain number on the right, which has no .data: make a Value of it first.",
            ("right_numbers",),
            "refuses_numbers",
            (op,),
        )
        for op, sign in (("add", "+"), ("sub", "-"), ("mul", "*"), ("div", "/"))
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
        "sum_hands_back",
        "2 + v is not v. To hand v back is right only for the 0 with which sum() begins.",
        ("left_numbers",),
        "sum_hands_back",
    ),
    _missing("radd_missing", "add"),
    _missing("rsub_missing", "sub"),
    _missing("rmul_missing", "mul"),
    _missing("rdiv_missing", "div"),
    _missing("rsub_rdiv_missing", "sub", "div"),
    _missing("rsub_rmul_rdiv_missing", "sub", "mul", "div"),
    _missing("reflected_missing", *_BINARY),
)

_EXPONENTS = (
    Misconception(
        "rpow_missing",
        "Python finds nobody who can compute 2 ** v: a number cannot, so it asks the Value for __rpow__.",
        ("value_exponent",),
        "reflected_missing",
        ("pow",),
    ),
    Misconception(
        "value_exponents_refused",
        "The exponent may be a Value: it is a number like any other, and it gets a gradient.",
        ("value_exponent",),
        "refuses_value_exponents",
    ),
    _slope(
        "exponent_is_constant",
        "pow",
        (None, "zero"),
        "The exponent of a ** b is a Value too, but it gets no gradient: moving it changes the result.",
        "value_exponent",
    ),
    _slope(
        "exponent_log_alone",
        "pow",
        (None, "log_x"),
        "The exponent's slope is more than a logarithm: a ** b changes in proportion to its own size as well.",
        "value_exponent",
    ),
    _slope(
        "exponent_log_of_exponent",
        "pow",
        (None, "log_y_times_out"),
        "Moving the exponent by 1 multiplies the result by the base: the slope holds the logarithm of the base.",
        "value_exponent",
    ),
    _slope(
        "exponent_by_power_rule",
        "pow",
        (None, "power_rule_unguarded"),
        "The power rule is for the base. When the exponent moves, a ** b grows like an exponential.",
        "value_exponent",
    ),
)

MISCONCEPTIONS = _SHARES + _SLOPES + _POINTS + _NUMBERS + _EXPONENTS

"""Wrong ideas about numbers, exponents, kinks and extremes that ex02_closures can name."""

from __future__ import annotations

from graders.concepts.ex02_rules import BINARY, missing, wrong_slope, wrong_value
from graders.spec import Misconception

_POINTS = (
    wrong_slope(
        "relu_open_at_zero",
        "relu",
        ("one_from_zero",),
        "At 0 torch takes relu as closed: the slope is 0, not 1.",
        "kinks",
    ),
    wrong_slope(
        "relu_half_at_zero", "relu", ("half_at_zero",), "At 0 torch takes the slope 0 for relu, not one half.", "kinks"
    ),
    wrong_slope(
        "abs_right_at_zero",
        "abs",
        ("sign_plus_at_zero",),
        "At 0 abs has no side; torch takes the slope 0, not 1.",
        "kinks",
    ),
    wrong_slope(
        "abs_left_at_zero",
        "abs",
        ("sign_minus_at_zero",),
        "At 0 abs has no side; torch takes the slope 0, not -1.",
        "kinks",
    ),
    wrong_slope(
        "abs_divides_by_itself",
        "abs",
        ("x_over_abs_x",),
        "x / |x| is the sign of x everywhere but at 0, where it divides by 0. Take the sign another way.",
        "kinks",
    ),
    wrong_slope(
        "power_rule_at_zero",
        "pow",
        ("power_rule_unguarded",),
        "The power rule asks for 0.0 ** -1 when a ** 0 is taken at 0. a ** 0 is 1 everywhere, so its slope is 0.",
        "power_zero",
    ),
    wrong_slope(
        "power_divides_by_base",
        "pow",
        ("out_y_over_x",),
        "n * out / a is the slope of a ** n only where a is not 0; at 0 it divides by 0.",
        "power_zero",
    ),
    wrong_value("zero_to_zero", "pow", "zero_to_any_power", "a ** 0 is 1 for every a, also for 0.", "power_zero"),
    wrong_value(
        "power_by_logarithm",
        "pow",
        "power_by_logarithm",
        "exp(n * log(a)) is a ** n only for a above 0: 0 has no logarithm.",
        "power_zero",
    ),
    wrong_value(
        "tanh_overflows",
        "tanh",
        "tanh_by_exp",
        "A quotient of exponentials overflows for inputs near 400, though tanh is just 1 there. Use math.tanh.",
        "large_inputs",
    ),
    wrong_value(
        "tanh_overflows_left",
        "tanh",
        "tanh_by_exp_of_minus",
        "exp(-2x) overflows for inputs near -400, though tanh is just -1 there. Use math.tanh.",
        "large_inputs",
    ),
    wrong_slope(
        "tanh_slope_by_cosh",
        "tanh",
        ("one_over_cosh_squared",),
        "cosh is larger than any float for inputs above 710. The result alone is enough for the slope.",
        "large_inputs",
    ),
    wrong_value(
        "exp_by_reciprocal", "exp", "exp_by_reciprocal", "exp(-x) overflows where exp(x) is just 0.", "large_inputs"
    ),
    wrong_value(
        "log_by_log1p", "log", "log1p", "x - 1 rounds a tiny x away, so log1p(x - 1) has lost it.", "large_inputs"
    ),
)

_NUMBERS = (
    Misconception(
        "numbers_refused",
        "The right operand may be a plain number, which has no .data: make a Value of it first.",
        ("right_numbers",),
        "refuses_numbers",
        BINARY,
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
    missing("radd_missing", "add"),
    missing("rsub_missing", "sub"),
    missing("rmul_missing", "mul"),
    missing("rdiv_missing", "div"),
    missing("rsub_rdiv_missing", "sub", "div"),
    missing("rsub_rmul_rdiv_missing", "sub", "mul", "div"),
    missing("reflected_missing", *BINARY),
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
    wrong_slope(
        "exponent_is_constant",
        "pow",
        (None, "zero"),
        "The exponent of a ** b is a Value too, but it gets no gradient: moving it changes the result.",
        "value_exponent",
    ),
    wrong_slope(
        "exponent_log_alone",
        "pow",
        (None, "log_x"),
        "The exponent's slope is more than a logarithm: a ** b changes in proportion to its own size as well.",
        "value_exponent",
    ),
    wrong_slope(
        "exponent_log_of_exponent",
        "pow",
        (None, "log_y_times_out"),
        "Moving the exponent by 1 multiplies the result by the base: the slope holds the logarithm of the base.",
        "value_exponent",
    ),
    wrong_slope(
        "exponent_by_power_rule",
        "pow",
        (None, "power_rule_unguarded"),
        "The power rule is for the base. When the exponent moves, a ** b grows like an exponential.",
        "value_exponent",
    ),
)

EDGE_IDEAS = _POINTS + _NUMBERS + _EXPONENTS

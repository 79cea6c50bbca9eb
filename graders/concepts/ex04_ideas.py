"""Wrong ideas about closures on arrays that ex04 can name, and what is said about them."""

from __future__ import annotations

from graders.spec import Misconception

_ALL = ("add", "sub", "mul", "div", "pow", "sum", "mean", "keepdim", "matmul_2d", "matmul_1d", "matmul_batched")
_REST = ("pointwise", "max", "reshape", "transpose", "indexing", "expressions")

_OVERWRITES = "Your closures put the new gradient in the place of the old one. A tensor that is used twice needs both: add."
_UNSCALED = "Your closures send the slope alone. Multiply it by out.grad, what arrives from above."


def _rule(name: str, sentence: str, *concepts: str, wrong: tuple[str, ...] = ()) -> Misconception:
    """Return an idea that exchanges the rules of its own name, or of the names in `wrong`."""
    return Misconception(name, sentence, concepts, "rules", wrong or (name,))


_EVERYWHERE = (
    Misconception("overwrites_grad", _OVERWRITES, (*_ALL, *_REST), "overwrites"),
    Misconception("ignores_upstream", _UNSCALED, (*_ALL, *_REST), "no_upstream"),
    *(
        Misconception(f"overwrites_grad_in_{op}", _OVERWRITES, (concept,), "overwrites", (op,))
        for op, concept in (("relu", "pointwise"), ("abs", "pointwise"), ("exp", "pointwise"), ("log", "pointwise"), ("neg", "sub"))
    ),
    *(
        Misconception(f"ignores_upstream_in_{op}", _UNSCALED, (concept,), "no_upstream", (op,))
        for op, concept in (("relu", "pointwise"), ("abs", "pointwise"), ("exp", "pointwise"), ("log", "pointwise"), ("neg", "sub"))
    ),
)

_FORMULAS = (
    _rule("sub_adds", "a - b falls when b grows, so b's share has the other sign.", "sub"),
    _rule("mul_own_factor", "You gave each factor its own value as slope. The slope of a * b in a is b.", "mul"),
    _rule("div_sign", "a / b falls when b grows, so b's share has a minus sign.", "div"),
    _rule("div_once", "Your gradient of b in a / b is divided by b once; the slope of 1 / b has b squared below.", "div"),
    _rule("pow_same_power", "You kept the power. The slope of x ** n is n times a power one less.", "pow"),
    _rule("pow_drops_exponent", "The factor n is missing in front: the slope of x ** 2 at 3 is 6, not 3.", "pow"),
    _rule(
        "pow_zero_nan",
        "For the exponent 0 your formula multiplies 0 by 0 ** -1, which is nan. x ** 0 is constant, its gradient is 0.",
        "pow",
    ),
    _rule(
        "exp_of_one_less",
        "exp is no power with a constant exponent: its slope is its own value.",
        "pointwise",
    ),
    _rule("relu_of_upstream", "You let positive gradients pass. relu lets the gradient of positive inputs pass.", "pointwise"),
)

_REDUCTIONS = (
    _rule("sum_spreads_evenly", "You divided the gradient among the elements. Each element of a sum has the slope 1.", "sum"),
    _rule("mean_without_count", "A mean divides by a count, and so does its slope. Yours is that of the sum.", "mean"),
    _rule(
        "mean_counts_all",
        "mean(dim) divides by the side of that dimension, not by the number of all elements.",
        "mean",
    ),
    _rule(
        "sum_dim_not_restored",
        "The gradient of sum(dim) was stretched along the wrong axis. Put the reduced dimension back before stretching.",
        "sum",
    ),
    _rule(
        "mean_dim_not_restored",
        "The gradient of mean(dim) was stretched along the wrong axis. Put the reduced dimension back before stretching.",
        "mean",
    ),
    _rule(
        "without_keepdim",
        "keepdim=True changes nothing in your reductions. The reduced dimension should remain, with side 1.",
        "keepdim",
        wrong=("sum_without_keepdim", "mean_without_keepdim", "max_without_keepdim"),
    ),
    _rule("sum_without_keepdim", "keepdim=True changes nothing in your sum. The dimension should remain, with side 1.", "keepdim"),
    _rule(
        "mean_without_keepdim", "keepdim=True changes nothing in your mean. The dimension should remain, with side 1.", "keepdim"
    ),
)

_PRODUCTS = (
    _rule(
        "matmul_swapped",
        "The factors of your products stand the wrong way round. Compare the shapes: out.grad has a's rows and b's columns.",
        "matmul_2d",
    ),
    _rule(
        "matmul_untransposed",
        "Your products use the other operand as it is. Each share multiplies out.grad by the other operand transposed.",
        "matmul_2d",
    ),
    _rule("matmul_elementwise", "You used the slopes of `*`. In `@` every element meets a whole row or column.", "matmul_2d"),
    _rule(
        "matmul_t",
        "`.T` turns round all dimensions of a batch and none of a vector. Only the last two are the matrix.",
        "matmul_1d",
        "matmul_batched",
    ),
)

_KINKS = (
    _rule("relu_one_at_zero", "Your relu has the slope 1 at 0. torch takes 0 there.", "kinks"),
    _rule("relu_half_at_zero", "Your relu has the slope 1/2 at 0. torch takes 0 there.", "kinks"),
    _rule("abs_one_at_zero", "Your abs has the slope 1 at 0. torch takes 0, between the two sides.", "kinks"),
    _rule("abs_minus_one_at_zero", "Your abs has the slope -1 at 0. torch takes 0, between the two sides.", "kinks"),
    _rule("abs_divides", "Your abs divides by |x|, which gives nan at 0. torch takes the slope 0 there.", "kinks"),
    _rule(
        "one_at_both_kinks",
        "relu and abs have the slope 1 at 0 in your code. torch takes 0 for both.",
        "kinks",
        wrong=("relu_one_at_zero", "abs_one_at_zero"),
    ),
)

_MAXIMA = (
    _rule(
        "max_ties_all_full",
        "All equal maxima receive the whole gradient, so more arrives than was sent. They share it in max(), and the first takes all in max(dim).",
        "max_ties",
    ),
    _rule("max_ties_full", "In max() all equal maxima receive the whole gradient, so more arrives than was sent. They share it.", "max_ties"),
    _rule("max_dim_full", "In max(dim) all equal maxima receive the whole gradient. In torch the first one takes it all.", "max_ties"),
    _rule("max_first_takes_all", "In max() your first maximum takes all. torch divides the gradient among the equals there.", "max_ties"),
    _rule("max_dim_shares", "In max(dim) your maxima share the gradient. In torch the first one takes it all.", "max_ties"),
    _rule(
        "max_swapped_rules",
        "The two rules for equal maxima are exchanged: max() shares evenly, max(dim) gives all to the first.",
        "max_ties",
    ),
)

_VIEWS = (
    _rule("reshape_kept_shape", "The gradient comes in the new shape and must go back in the old one.", "reshape"),
    _rule("transpose_not_back", "out.grad is transposed too; exchange its dimensions again before adding it.", "transpose"),
    _rule("transpose_reverses_all", "`.T` reverses all dimensions. Exchange only the two that were asked for.", "transpose"),
    _rule("index_everywhere", "Elements that were not picked receive nothing. Place the gradient only where the key points.", "indexing"),
    _rule(
        "index_last_wins",
        "When a position is picked twice, only its last gradient arrives. numpy's `g[key] += v` does that: it adds once per position.",
        "duplicate_indices",
    ),
)

_UNBROADCAST = tuple(
    Misconception(f"unbroadcast_{name}", sentence, concepts, "reducing", (name,))
    for name, sentence, concepts in (
        (
            "nothing",
            "The gradient keeps the shape of the result. An operand that was stretched needs the sum over the stretch, in its own shape.",
            ("unbroadcast", "broadcasting"),
        ),
        (
            "leading_only",
            "New leading dimensions are summed, but those where the operand had side 1 are not.",
            ("unbroadcast", "broadcasting"),
        ),
        ("ones_only", "Dimensions of side 1 are summed, but leading ones that the operand did not have are not.", ("unbroadcast",)),
        ("axes_by_side", "You summed over the axis that the number in the shape names. Its position is the axis.", ("unbroadcast",)),
        (
            "mean",
            "You took the mean over the stretched places. Each of them adds its part, so it is the sum.",
            ("unbroadcast", "broadcasting"),
        ),
        ("squeezed", "The sum is right, but the dimensions of side 1 are gone. Keep them.", ("unbroadcast",)),
        (
            "picked",
            "You kept the gradient of the first copy. All places that an element was stretched to add up.",
            ("unbroadcast", "broadcasting"),
        ),
    )
)

_HABITS = (
    Misconception(
        "adds_in_place",
        "`+=` cannot add a gradient of the stretched shape to a smaller one. Sum over the stretched dimensions first.",
        ("broadcasting",),
        "adds_in_place",
    ),
    *(
        Misconception(f"reflected_{how}_{'_'.join(ops)}", sentence, ("numbers",), "reflected", (how, *ops))
        for how, ops, sentence in (
            ("reversed", ("sub", "div"), "2 - x is computed as x - 2, and 2 / x as x / 2. In a reflected method the other one stands on the left."),
            ("reversed", ("sub",), "2 - x is computed as x - 2. In a reflected method the other one stands on the left."),
            ("reversed", ("div",), "2 / x is computed as x / 2. In a reflected method the other one stands on the left."),
            ("missing", ("add", "sub", "mul", "div"), "A number on the left is refused. Python then asks the Tensor's reflected methods."),
            ("missing", ("sub", "div"), "2 - x and 2 / x are refused. Minus and division need reflected methods too."),
            ("missing", ("div",), "2 / x is refused. Division needs a reflected method too."),
            ("missing", ("sub",), "2 - x is refused. Minus needs a reflected method too."),
        )
    ),
    Misconception(
        "object_arrays",
        "numpy took `array * x` apart and made an array with one Tensor for each element. It must leave the operator to your class.",
        ("numpy_on_left",),
        "object_arrays",
    ),
    Misconception("all_float64", "All your arrays are float64, whatever came in. Keep the dtype of the data.", ("dtype",), "one_dtype", ("float64",)),
    Misconception("all_float32", "All your arrays are float32, whatever came in. Keep the dtype of the data.", ("dtype",), "one_dtype", ("float32",)),
    Misconception("float64_grads", "Your gradients are float64 whatever the data are. A gradient has the dtype of its data.", ("dtype",), "wide_grads"),
    Misconception(
        "float64_numbers",
        "A Python number becomes a float64 array in your code, and the result with it. Give it the tensor's dtype.",
        ("dtype",),
        "wide_numbers",
    ),
    Misconception(
        "shared_memory",
        "Two gradients are one and the same array, so adding to one changes the other. Each needs memory of its own.",
        ("no_alias",),
        "shared_memory",
    ),
)

MISCONCEPTIONS = (*_EVERYWHERE, *_FORMULAS, *_REDUCTIONS, *_PRODUCTS, *_KINKS, *_MAXIMA, *_VIEWS, *_UNBROADCAST, *_HABITS)

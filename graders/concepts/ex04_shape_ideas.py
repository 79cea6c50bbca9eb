"""Wrong ideas about shapes, kinks and maxima that ex04 can name, and what is said about them."""

from __future__ import annotations

from graders.spec import Misconception


def rule(name: str, sentence: str, *concepts: str, wrong: tuple[str, ...] = ()) -> Misconception:
    """Return an idea that exchanges the rules of its own name, or of the names in `wrong`."""
    return Misconception(name, sentence, concepts, "rules", wrong or (name,))


_REDUCTIONS = (
    rule(
        "sum_spreads_evenly",
        "You divided the gradient among the elements. Each element of a sum has the slope 1.",
        "sum",
    ),
    rule("mean_without_count", "A mean divides by a count, and so does its slope. Yours is that of the sum.", "mean"),
    rule(
        "mean_counts_all",
        "mean(dim) divides by the side of that dimension, not by the number of all elements.",
        "mean",
    ),
    rule("sum_ignores_dim", "Your sum(dim) adds up all elements. Only the dimension asked for goes away.", "sum"),
    rule(
        "sum_dim_not_restored",
        "sum(dim) stretches its gradient along the wrong axis. Put the reduced dimension back before.",
        "sum",
    ),
    rule(
        "mean_dim_not_restored",
        "mean(dim) stretches its gradient along the wrong axis. Put the reduced dimension back before.",
        "mean",
    ),
    rule(
        "without_keepdim",
        "keepdim=True changes nothing in your reductions. The reduced dimension should remain, with side 1.",
        "keepdim",
        wrong=("sum_without_keepdim", "mean_without_keepdim", "max_without_keepdim"),
    ),
    rule(
        "sum_without_keepdim",
        "keepdim=True changes nothing in your sum. The dimension should remain, with side 1.",
        "keepdim",
    ),
    rule(
        "mean_without_keepdim",
        "keepdim=True changes nothing in your mean. The dimension should remain, with side 1.",
        "keepdim",
    ),
)

_KEPT = rule(
    "restored_twice",
    "You put the reduced dimension back although keepdim kept it. Then the gradient has one too many.",
    "keepdim",
    wrong=("sum_restored_twice", "mean_restored_twice", "max_restored_twice"),
)

_PRODUCTS = (
    rule(
        "batch_not_summed",
        "A matrix that met a whole batch was stretched over it. Its gradient is the sum over the batch.",
        "matmul_batched",
    ),
    rule(
        "matmul_swapped",
        "The factors of your products stand the wrong way round. out.grad has a's rows and b's columns.",
        "matmul_2d",
    ),
    rule(
        "matmul_untransposed",
        "Your products use the other operand as it is. Each share multiplies out.grad by the other operand transposed.",
        "matmul_2d",
    ),
    rule(
        "matmul_elementwise",
        "You used the slopes of `*`. In `@` every element meets a whole row or column.",
        "matmul_2d",
    ),
    rule(
        "matmul_t",
        "`.T` turns round all dimensions of a batch and none of a vector. Only the last two are the matrix.",
        "matmul_1d",
        "matmul_batched",
    ),
)

_VECTORS = (
    rule(
        "vector_swapped",
        "With a vector, your closure of `@` asks an array for a dimension that it does not have. A vector counts as a "
        "row on the left and as a column on the right.",
        "matmul_1d",
    ),
    rule(
        "vector_left_without_row",
        "With a vector on the left, your closure of `@` asks for a dimension or an element that is not there. Such a "
        "vector counts as a row.",
        "matmul_1d",
    ),
    *(
        rule(
            name,
            f"With a vector on the {side}, shapes in your closure of `@` do not fit. `@` takes it as a {line}, and "
            "drops that dimension from the result.",
            "matmul_1d",
        )
        for name, side, line in (
            ("vector_unlike_row", "left", "row"),
            ("vector_like_column", "left", "row"),
            ("vector_unlike_column", "right", "column"),
        )
    ),
)

_BATCHES = tuple(
    Misconception(
        f"{name}_{side}",
        sentence.format(side=side, other=other),
        ("matmul_batched",),
        "transposed",
        (f"{name}_{side}",),
    )
    for side, other in (("left", "right"), ("right", "left"))
    for name, sentence in (
        (
            "t_of",
            "For the {other} operand's share you take `.T` of the {side} one, which turns round all dimensions of a "
            "batch. Only the last two are the matrix.",
        ),
        (
            "first_dims_of",
            "For the {other} operand's share you exchange the first two dimensions of the {side} one. In a batch, the "
            "last two are the matrix.",
        ),
    )
)

_KINKS = (
    rule("relu_one_at_zero", "Your relu has the slope 1 at 0. torch takes 0 there.", "kinks"),
    rule("relu_half_at_zero", "Your relu has the slope 1/2 at 0. torch takes 0 there.", "kinks"),
    rule("abs_one_at_zero", "Your abs has the slope 1 at 0. torch takes 0, between the two sides.", "kinks"),
    rule("abs_minus_one_at_zero", "Your abs has the slope -1 at 0. torch takes 0, between the two sides.", "kinks"),
    rule("abs_divides", "Your abs divides by |x|, which gives nan at 0. torch takes the slope 0 there.", "kinks"),
    rule(
        "one_at_both_kinks",
        "relu and abs have the slope 1 at 0 in your code. torch takes 0 for both.",
        "kinks",
        wrong=("relu_one_at_zero", "abs_one_at_zero"),
    ),
)

_MAXIMA = (
    rule("max_everywhere", "Every element receives the gradient. Only the maximum depends on it.", "max"),
    rule(
        "max_not_restored",
        "max(dim) stretches its gradient along the wrong axis. Put the reduced dimension back before.",
        "max",
    ),
    rule(
        "max_last_axis",
        "max(dim) looks for the winners along the last dimension. Look along the one that was asked for.",
        "max",
    ),
    rule("max_last_takes_all", "In max(dim) your last maximum takes all. In torch it is the first one.", "max_ties"),
    rule(
        "max_ties_all_full",
        "Each of several equal maxima receives the whole gradient. They share it in max(); the first takes it in "
        "max(dim).",
        "max_ties",
    ),
    rule(
        "max_ties_full",
        "In max() each of the equal maxima receives the whole gradient. They should share it.",
        "max_ties",
    ),
    rule(
        "max_dim_full",
        "In max(dim) all equal maxima receive the whole gradient. In torch the first one takes it all.",
        "max_ties",
    ),
    rule(
        "max_first_takes_all",
        "In max() your first maximum takes all. torch divides the gradient among the equals there.",
        "max_ties",
    ),
    rule(
        "max_dim_shares", "In max(dim) your maxima share the gradient. In torch the first one takes it all.", "max_ties"
    ),
    rule(
        "max_swapped_rules",
        "The two rules for equal maxima are exchanged: max() shares evenly, max(dim) gives all to the first.",
        "max_ties",
    ),
)

_VIEWS = (
    rule("reshape_column_order", "The gradient goes back in column order. reshape keeps the order of rows.", "reshape"),
    rule(
        "transpose_last_two",
        "You always exchange the last two dimensions. Use the two that were asked for.",
        "transpose",
    ),
    rule(
        "index_largest",
        "Of a position picked twice, only the largest gradient arrives. They add up.",
        "duplicate_indices",
    ),
    rule("index_averaged", "A position picked twice gets the mean of its gradients. They add up.", "duplicate_indices"),
    rule("reshape_kept_shape", "The gradient comes in the new shape and must go back in the old one.", "reshape"),
    rule(
        "transpose_not_back", "out.grad is transposed too; exchange its dimensions again before adding it.", "transpose"
    ),
    rule(
        "transpose_reverses_all",
        "`.T` reverses all dimensions. Exchange only the two that were asked for.",
        "transpose",
    ),
    rule(
        "index_everywhere",
        "Elements that were not picked receive nothing. Place the gradient only where the key points.",
        "indexing",
    ),
    rule(
        "index_last_wins",
        "Of a position picked twice, only the last gradient arrives. `g[key] += v` adds once per position.",
        "duplicate_indices",
    ),
)

_UNBROADCAST = tuple(
    Misconception(f"unbroadcast_{name}", sentence, concepts, "reducing", (name,))
    for name, sentence, concepts in (
        (
            "nothing",
            "The gradient keeps the stretched shape. Sum it over the places that each element was stretched to.",
            ("unbroadcast", "broadcasting"),
        ),
        (
            "leading_only",
            "New leading dimensions are summed, but those where the operand had side 1 are not.",
            ("unbroadcast", "broadcasting"),
        ),
        (
            "ones_only",
            "Dimensions of side 1 are summed, but leading ones that the operand did not have are not.",
            ("unbroadcast",),
        ),
        (
            "axes_by_side",
            "You summed over the axis that the number in the shape names. Its position is the axis.",
            ("unbroadcast",),
        ),
        (
            "mean",
            "You took the mean over the stretched places. Each of them adds its part, so it is the sum.",
            ("unbroadcast", "broadcasting"),
        ),
        (
            "into_first",
            "Where leading dimensions are summed, the array you were given changes. Return a new one.",
            ("unbroadcast",),
        ),
        ("squeezed", "The sum is right, but the dimensions of side 1 are gone. Keep them.", ("unbroadcast",)),
        (
            "picked",
            "You kept the gradient of the first copy. All places that an element was stretched to add up.",
            ("unbroadcast", "broadcasting"),
        ),
    )
)

SHAPE_IDEAS = (*_REDUCTIONS, _KEPT, *_PRODUCTS, *_VECTORS, *_BATCHES, *_KINKS, *_MAXIMA, *_VIEWS, *_UNBROADCAST)

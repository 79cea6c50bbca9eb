"""Wrong ideas about the backward walk that ex03_backward can name, each with the sentence for the student."""

from __future__ import annotations

from graders.spec import Misconception

_SINGLE = ("order", "fan_out", "seed", "gradient_argument", "leaves_accumulate")
_SEVERAL = ("intermediates_fresh", "two_losses")
_NO_SEED = (
    "Nothing is put on the root, so every share is a multiple of 0. The loss moves by 1 when the loss moves by 1."
)


def _idea(id: str, subject: str, rule: str, concepts: tuple[str, ...], sentence: str) -> Misconception:
    return Misconception(id, sentence, concepts, subject, (rule,))


MISCONCEPTIONS = (
    _idea(
        "level_order",
        "in_order",
        "level_order",
        ("order",),
        "Distance from the loss is not a topological order: a node near the loss may wait for users farther down.",
    ),
    _idea(
        "preorder",
        "in_order",
        "preorder",
        ("order",),
        "Having been visited is not order: a node must wait for all its users, not only for the one you came from.",
    ),
    _idea(
        "stack_order",
        "in_order",
        "stack_order",
        ("order",),
        "A node is taken from the stack before all its users have run. It must wait for the last of them.",
    ),
    _idea(
        "every_path",
        "in_order",
        "every_path",
        ("order", "each_node_once", "linear_cost"),
        "Shared nodes are visited once for every path to them. The graph is no tree: remember what you have seen.",
    ),
    _idea(
        "every_path_down",
        "in_order",
        "every_path_down",
        ("order",),
        "You pushed a gradient on before all users of the node had reported, and again with each of them.",
    ),
    _idea(
        "marked_when_taken",
        "in_order",
        "marked_when_taken",
        ("order", "each_node_once"),
        "A node is marked as seen only when it is taken from the stack. Until then others put it there again.",
    ),
    Misconception(
        "leaves_first",
        "Start at the loss; you started at the leaves, when nothing had reached them yet.",
        _SINGLE + _SEVERAL,
        "forwards",
    ),
    _idea(
        "searches_lists",
        "in_order",
        "searching",
        ("linear_cost",),
        "`in` on a list compares with every element, so the cost grows with the square of the nodes: ask a set.",
    ),
    _idea(
        "without_root",
        "in_order",
        "without_root",
        ("each_node_once", "linear_cost", *_SINGLE),
        "The closure of the root itself never runs, so nothing leaves it.",
    ),
    _idea("no_seed", "seeded", "none", ("seed", "gradient_argument"), _NO_SEED),
    _idea(
        "root_stays_zero",
        "seeded",
        "zero",
        ("order", "fan_out", "leaves_accumulate", "deep_chain", *_SEVERAL),
        _NO_SEED,
    ),
    _idea(
        "seed_is_loss",
        "seeded",
        "data",
        ("seed", "gradient_argument"),
        "The seed is d loss / d loss = 1, not the loss.",
    ),
    _idea(
        "seed_times_loss",
        "seeded",
        "times_data",
        ("gradient_argument",),
        "The value of the loss has no place in the seed: d loss / d loss is 1 whatever the loss is.",
    ),
    _idea(
        "gradient_ignored",
        "seeded",
        "always_one",
        ("gradient_argument",),
        "The argument `gradient` is taken but not used: it belongs on the root in place of 1.",
    ),
    _idea(
        "zero_is_default",
        "seeded",
        "falsy_is_one",
        ("gradient_argument",),
        "A gradient of 0.0 was given, and it counts: `or` takes it for a missing one.",
    ),
    _idea(
        "gradient_without_sign", "seeded", "absolute", ("gradient_argument",), "The sign of the given gradient is lost."
    ),
    _idea(
        "seed_added",
        "seeded",
        "adds",
        ("intermediates_fresh",),
        "The seed is added to what an earlier call left on the root. The root starts afresh like every intermediate.",
    ),
    Misconception(
        "no_argument",
        "backward takes no gradient here. The seed need not be 1: backward(root, g) starts with g.",
        ("gradient_argument",),
        "without_argument",
    ),
    _idea(
        "zeroes_leaves",
        "prepared",
        "zero_all",
        ("leaves_accumulate",),
        "Leaves must keep what earlier calls left there; only intermediates start afresh.",
    ),
    _idea(
        "zeroes_leaves_instead",
        "prepared",
        "zero_leaves_only",
        _SEVERAL,
        "It is the other way round: leaves keep what they hold, intermediates start afresh.",
    ),
    _idea(
        "keeps_intermediates",
        "prepared",
        "nothing",
        _SEVERAL,
        "The gradients that the first call left on the intermediates are sent down a second time.",
    ),
    Misconception(
        "visited_for_ever",
        "Nodes stay marked as visited after the call, so the next call stops at them.",
        _SEVERAL,
        "only_once",
    ),
    Misconception(
        "ignores_second_call",
        "Nothing happens when backward is called again for the same root. Each call sends its gradient down anew.",
        _SEVERAL,
        "once_for_each_root",
    ),
    Misconception(
        "drops_closures",
        "The closures are gone after use, so a later call finds nothing to run. Leave them for the next one.",
        _SEVERAL,
        "drops_closures",
    ),
    Misconception(
        "resets_operands",
        "Operands are set to 0 before each closure: that erases what their other users have sent.",
        ("order", "fan_out", "leaves_accumulate", *_SEVERAL),
        "resets_before_closure",
    ),
    _idea(
        "averaged_leaves",
        "afterwards",
        "mean",
        ("order", "fan_out", "leaves_accumulate", *_SEVERAL),
        "A leaf receives the mean of what its uses send. They add up: it is the sum.",
    ),
    _idea(
        "leaves_untouched",
        "afterwards",
        "restored",
        _SINGLE + _SEVERAL,
        "After your backward the leaves hold what they held before. Each call adds their share to it.",
    ),
    Misconception(
        "recursion",
        "Each node costs a call inside a call, and Python allows about 1,000 of them: use an explicit stack.",
        ("deep_chain",),
        "recursive",
    ),
)

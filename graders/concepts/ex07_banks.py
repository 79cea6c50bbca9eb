"""The programs and banks of ex07_connection."""

from __future__ import annotations

from graders.cases.torch_graph import Atom, Graph, Step
from graders.spec import BankSpec

_DATA = (Step(("x",), "data", (0.5, 3, 2)), Step(("target",), "data", (2.0, 3, 2)))
_TINY = (Step(("x",), "data", (0.5, 3, 1)), Step(("target",), "data", (2.0, 3, 1)))


def _line(names: str, op: str, *args: Atom) -> Step:
    return Step(tuple(names.split(", ")) if names else (), op, args)


def _loss(model: str, name: str = "loss", op: str = "mse_loss") -> tuple[Step, ...]:
    return (_line(f"y_{model}", "call", model, "x"), _line(name, op, f"y_{model}", "target"))


_MODEL = (*_DATA, _line("model", "linear", 2, 2), _line("optimizer", "sgd", "*model"))
_SMALL = (*_TINY, _line("model", "linear", 1, 1), _line("optimizer", "sgd", "*model"))
_LEAVES = (
    _line("w", "param", 4.0),
    _line("b", "param", 5.0),
    _line("x", "data", 3.0),
    _line("wx", "mul", "w", "x"),
    _line("loss", "add", "wx", "b"),
)
LINE = Graph(_LEAVES, ("loss",), ("reached_parameters",))
"""y = w x + b, where x is data: w and b are reached, x is not."""
ZERO = Graph((*_LEAVES[:3], _line("wx", "mul", "w", 0.0), *_LEAVES[4:]), ("loss",), ("reached_parameters",))
"""w gets a gradient of zero, which is a gradient."""
PLAIN_LEAVES = Graph(
    (
        _line("v", "leaf", 0.5, 2),
        _line("s", "leaf", 2.0),
        _line("vs", "mul", "v", "s"),
        _line("loss", "sum", "vs"),
    ),
    ("loss",),
    ("reached_parameters",),
)
"""Leaves that are no Parameter, one of two numbers and one of one, are reached all the same."""
LEAF = tuple(
    Graph((_line(name, "param", value),), (name,), ("reached_parameters",)) for name, value in (("w", 4.0), ("b", 5.0))
)
"""A leaf reaches itself."""
POWERS = Graph(
    (
        _line("x", "param", 1.0),
        _line("y", "param", 2.0),
        _line("optimizer", "sgd", "x", "y"),
        _line("xx", "pow", "x", 2),
        _line("a", "mul", 3.0, "xx"),
        _line("b", "pow", "y", 3),
        _line("loss", "add", "a", "b"),
    ),
    ("loss", "optimizer"),
    ("connection",),
)
"""z = 3x**2 + y**3 and SGD over x and y."""
DETACHED = tuple(
    Graph(
        (
            *_SMALL,
            _line("y", "call", "model", "x"),
            _line("y", "detach", "y"),
            _line("loss", "mse_loss", "y", "target"),
        ),
        given,
        (ask,),
    )
    for ask, given in (("reached_parameters", ("loss",)), ("connection", ("loss", "optimizer")))
)
"""detach() on the prediction: backward raises and nothing moves."""
FROZEN_AFTER = tuple(
    Graph((*_SMALL, *_loss("model"), _line("", "freeze", name)), ("loss",), ("reached_parameters",))
    for name in ("model.weight", "model")
)
"""Frozen after the loss was computed: the node is there, the gradient will not be."""
SECOND = (*_SMALL, *_loss("model", "loss_1"), _line("loss_2", "l1_loss", "y_model", "target"))
SECOND_REACHED = Graph(SECOND, ("loss_2",), ("reached_parameters",))
SECOND_ISOLATED = Graph(SECOND, ("loss_1", "loss_2"), ("isolated",))
TWICE = Graph(
    (
        *_TINY,
        _line("trunk", "linear", 1, 1),
        _line("h", "call", "trunk", "x"),
        _line("y", "call", "trunk", "h"),
        _line("loss", "mse_loss", "y", "target"),
    ),
    ("loss",),
    ("reached_parameters",),
)
"""One model used twice: several paths lead to its parameters."""
TWO_MODELS = Graph(
    (
        *_TINY,
        _line("a", "linear", 1, 1),
        _line("b", "linear", 1, 1),
        _line("optimizer_a", "sgd", "*a"),
        _line("optimizer_b", "sgd", "*b"),
        *_loss("a", "loss_a"),
        *_loss("b", "loss_b"),
    ),
    ("loss_a", "loss_b"),
    ("isolated",),
)
"""Two models with losses and optimizers of their own."""
CROSSED = Graph((*TWO_MODELS.steps[:-4], *_loss("b", "loss_b")), ("loss_b", "optimizer_a"), ("connection",))
"""The loss of one model and the optimizer of the other."""
PLAIN_LIST = Graph(
    (
        *_TINY,
        _line("model", "linear", 1, 1),
        _line("extra", "linear", 1, 1),
        _line("model.extra", "plain_list", "extra"),
        _line("optimizer", "sgd", "*model"),
        _line("h", "call", "model", "x"),
        _line("y", "call", "extra", "h"),
        _line("loss", "mse_loss", "y", "target"),
    ),
    ("loss", "optimizer"),
    ("connection",),
)
"""A layer in a plain list is used, but parameters() does not find it."""


def _edited(*edit: Step) -> Graph:
    return Graph((*_MODEL, *edit, *_loss("model")), ("loss", "optimizer"), ("connection",))


EDITED = (
    _edited(_line("model.weight", "replace", "model.weight")),
    _edited(_line("model.weight", "rewrap", "model.weight")),
    _edited(_line("", "reload", "model")),
    _edited(_line("", "assign", "model")),
    _edited(_line("", "double", "model"), _line("x", "double", "x"), _line("target", "double", "target")),
    Graph((*_MODEL, _line("other", "deepcopy", "model"), *_loss("other")), ("loss", "optimizer"), ("connection",)),
)
"""After the optimizer was built: a new Parameter, one in the old memory, load_state_dict, the same with assign=True,
double(), a deepcopy."""
_COPIED = (*_TINY, _line("a", "linear", 1, 1), _line("b", "deepcopy", "a"))
TWINS = Graph(
    (*_COPIED, *_loss("a", "loss_a"), *_loss("b", "loss_b")),
    ("loss_a", "loss_b"),
    ("isolated",),
)
"""Two models with equal numbers are two models."""
ALIASES = tuple(
    Graph(
        (
            *_COPIED,
            *(_line(f"b.{name}", "rewrap", f"a.{name}") for name in ("weight", "bias")),
            *(_line("optimizer", "sgd", "*a"),) * (ask != "isolated"),
            *_loss("a", "loss_a"),
            *_loss("b", "loss_b"),
        ),
        ("loss_a", "loss_b") if ask == "isolated" else ("loss_b", "optimizer"),
        (ask,),
    )
    for ask in ("connection", "stepped", "isolated")
)
"""A second model whose Parameters lie in the memory of the first one's: other objects all the same."""
_SECOND = (_line("w", "param", 0.5, 2), _line("w", "rewrap", "v"))
EQUAL_LEAVES, *SAME_MEMORY = (
    Graph(
        (_line("v", "param", 0.5, 2), second, _line("vw", op, "v", "w"), _line("loss", "sum", "vw")),
        ("loss",),
        ("reached_parameters",),
    )
    for second, op in ((_SECOND[0], "mul"), (_SECOND[1], "mul"), (_SECOND[1], "add"))
)
"""Two Parameters with equal numbers, and two in the same memory."""


_EARLIER = (
    *_TINY,
    _line("a", "linear", 1, 1),
    _line("b", "linear", 1, 1),
    _line("optimizer", "sgd", "*a", "*b"),
    *_loss("a", "earlier"),
    _line("", "backward", "earlier"),
)


def _left_over(ask: str) -> tuple[Graph, ...]:
    """Return programs with gradients of an earlier loss: as they are, on frozen parameters, and cleared."""
    return tuple(
        Graph((*_EARLIER, *between, *_loss("b")), ("loss", "optimizer"), (ask,))
        for between in ((), (_line("", "freeze", "a"),), (_line("", "zero_grad", "a"),))
    )


_ZEROS = tuple(_line(f"a.{name}.grad", "mul", f"a.{name}.grad", 0.0) for name in ("weight", "bias"))
ZEROS_LEFT = Graph((*_EARLIER, *_ZEROS, *_loss("b")), ("loss", "optimizer"), ("stepped",))
"""Gradients of zeros are left over: a step does not skip them."""

CUT_OFF = tuple(
    Graph(
        (*_EARLIER, _line("y", "call_no_grad", model, "x"), _line("loss", "mse_loss", "y", "target")),
        ("loss", "optimizer"),
        ("stepped",),
    )
    for model in ("a", "b")
)
"""The loss has no graph, but gradients are left over."""


GIVEN = {
    "reached_parameters": ("loss",),
    "connection": ("loss", "optimizer"),
    "stepped": ("loss", "optimizer"),
    "isolated": ("loss_a", "loss_b"),
}
"""What each function is called with in the hand-picked programs about two models."""


def _pairs(name: str, ask: str, *fixed: Graph, draw: str = "pairs", **params: object) -> BankSpec:
    return BankSpec(f"{name}_{ask}", "torch_graph", "answer", draw, {"ask": ask, **params}, fixed)


def _two_heads(ask: str, wide: int = 1, frozen: bool = True) -> Graph:
    """Return two heads on a trunk; frozen after both losses were computed, nothing is shared any more."""
    heads = tuple(
        line
        for head in ("a", "b")
        for line in (
            _line(head, "linear", wide, 1),
            _line(f"h_{head}", "call", "trunk", "x"),
            _line(f"y_{head}", "call", head, f"h_{head}"),
            _line(f"loss_{head}", "mse_loss", f"y_{head}", "target"),
        )
    )
    optimizer = (_line("optimizer", "sgd", "*trunk", "*a"),)
    freeze = (_line("", "freeze", "trunk"),) if frozen else ()
    steps = (*_TINY, _line("trunk", "linear", 1, wide), *heads, *optimizer, *freeze)
    return Graph(steps, ("loss_a", "loss_b") if ask == "isolated" else ("loss_a", "optimizer"), (ask,))


REACHED = _pairs("reached", "reached_parameters", LINE, ZERO, PLAIN_LEAVES, features=("plain",))
CUT = _pairs("cut", "reached_parameters", DETACHED[0], *LEAF, features=("cut",))
FROZEN = _pairs("frozen", "reached_parameters", *FROZEN_AFTER, features=("frozen",))
TRUNK = {
    "reached_parameters": _pairs("trunk", "reached_parameters", TWICE, features=("trunk",)),
    "isolated": _pairs("trunk", "isolated", features=("trunk",)),
}
SECOND_LOSS = {
    "reached_parameters": _pairs("second", "reached_parameters", SECOND_REACHED, draw="second_losses"),
    "isolated": _pairs("second", "isolated", SECOND_ISOLATED, draw="second_losses"),
}
ISOLATED = _pairs("own", "isolated", TWO_MODELS, draw="own_models")
CONNECTION = _pairs("plain", "connection", POWERS, CROSSED, PLAIN_LIST)
STEPPED = _pairs("plain", "stepped")
GROUPS = {ask: _pairs("groups", ask, features=("groups",)) for ask in ("connection", "stepped")}
IDENTITY = {
    "connection": _pairs("edited", "connection", *EDITED, ALIASES[0], features=("edited", "wide")),
    "stepped": _pairs("edited", "stepped", ALIASES[1], features=("edited", "wide")),
    "isolated": _pairs("edited", "isolated", TWINS, ALIASES[2], features=("edited", "wide")),
    "reached_parameters": _pairs(
        "edited", "reached_parameters", EQUAL_LEAVES, *SAME_MEMORY, features=("edited", "wide")
    ),
}
LEFT_OVER = {
    ask: _pairs("leftover", ask, *_left_over(ask), *more, features=("leftover",))
    for ask, more in (("stepped", (ZEROS_LEFT,)), ("connection", ()))
}
_EVERYTHING = ("plain", "trunk", "cut", "frozen", "edited", "groups", "leftover", "wide")
TOGETHER = {
    ask: _pairs("together", ask, *fixed, features=_EVERYTHING)
    for ask, fixed in (
        ("reached_parameters", ()),
        ("connection", (_two_heads("connection"),)),
        ("stepped", CUT_OFF),
        ("isolated", (_two_heads("isolated"), _two_heads("isolated", 2), _two_heads("isolated", frozen=False))),
    )
}


def _unchanged(ask: str) -> BankSpec:
    models = (*_TINY, _line("a", "linear", 1, 1), _line("b", "linear", 1, 1), _line("optimizer", "sgd", "*a", "*b"))
    both = (*models, *_loss("a", "loss_a"), *_loss("b", "loss_b"), _line("loss", "add", "loss_a", "loss_b"))
    left = (*models, _line("a.weight.grad", "keep_grad", "a.weight"), *both[len(models) :])
    programs = tuple(Graph(steps, GIVEN[ask], (ask,)) for steps in (both, left))
    return BankSpec(f"unchanged_{ask}", "torch_graph", "untouched", fixed=programs)


UNCHANGED = {ask: _unchanged(ask) for ask in GIVEN}

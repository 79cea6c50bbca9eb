"""How losses, optimizers and what lies between them are drawn (ex07).

One kind of program, in which the features of each concept can be switched on: two models, perhaps behind a common
trunk, their losses, an optimizer that holds some of their parameters, and what is done to them in between. Without
the feature "wide" every parameter is a single, different number, so that only its identity can be mistaken.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from graders.cases.torch_graph import Atom, Graph, Step

FEATURES = frozenset({"plain", "trunk", "cut", "frozen", "edited", "groups", "leftover", "wide"})
"""What can be switched on."""


class _Pair:
    """A program about two models a and b that is being written."""

    def __init__(self, draw: st.DrawFn, features: frozenset[str]) -> None:
        self.draw = draw
        self.features = features
        self.steps: list[Step] = []
        self.width = 2 if "wide" in features else 1
        self.modules = ["a", "b"]
        self.trunk = "trunk" in features and ("plain" not in features or draw(st.booleans()))
        self.scaled = features == {"plain"} or draw(st.booleans())

    def line(self, names: str, op: str, *args: Atom) -> None:
        """Write a line; `names` is empty when it has no result."""
        self.steps.append(Step((names,) if names else (), op, args))

    def make(self) -> None:
        """Make data, models and perhaps a single tensor that scales the prediction of a."""
        self.line("x", "data", 0.5, 3, self.width)
        self.line("target", "data", 2.0, 3, self.width)
        if self.trunk:
            self.line("trunk", "linear", self.width, self.width)
            self.modules.append("trunk")
        self.line("a", "linear", self.width, self.width)
        if "edited" in self.features and self.draw(st.booleans()):
            self.line("b", "deepcopy", "a")
        else:
            self.line("b", "linear", self.width, self.width)
        if self.scaled:
            kinds = ("leaf", "param") if "plain" in self.features else ("param",)
            shape = self.draw(st.sampled_from(((), (3, 1)))) if "plain" in self.features else ()
            self.line("scale", self.draw(st.sampled_from(kinds)), 1.5, *shape)

    def freeze_before(self) -> None:
        """Freeze a parameter or two before they are used; every model keeps one that is not frozen."""
        choices = ["a.weight", "b.bias", *(["scale"] if self.scaled else [])]
        for name in self.draw(st.lists(st.sampled_from(choices), max_size=2, unique=True)):
            self.line("", "freeze", name)

    def freeze_after(self) -> None:
        """Freeze whole models or single parameters whose nodes are in the graph already."""
        choices = [*self.modules[::-1], "a.bias", "b.weight", *(["scale"] if self.scaled else [])]
        for name in self.draw(st.lists(st.sampled_from(choices), min_size=1, max_size=3, unique=True)):
            self.line("", "freeze", name)

    def optimizer(self) -> None:
        """Hand some parameters to an optimizer, in one group or several."""
        choices = [f"*{name}" for name in self.modules] + (["scale"] if self.scaled else [])
        least = 2 if "groups" in self.features else 1
        held = self.draw(st.lists(st.sampled_from(choices), min_size=least, unique=True))
        kind = self.draw(st.sampled_from(("sgd", "adam")))
        if "groups" not in self.features:
            self.line("optimizer", kind, *held)
        elif self.draw(st.booleans()):
            self.line("optimizer", kind, *held[:-1])
            self.line("", "add_group", "optimizer", held[-1])
        else:
            separated = [atom for name in held for atom in (None, name)]
            self.line("optimizer", kind, *separated[1:])

    def edit(self) -> None:
        """Do something to a model that keeps its parameters, or that puts others in their place."""
        name = self.draw(st.sampled_from(self.modules))
        op = self.draw(st.sampled_from(("replace", "reload", "assign", "double", "none")))
        if op == "replace":
            self.line(f"{name}.weight", "replace", f"{name}.weight")
        elif op == "double":
            for module in self.modules:
                self.line("", "double", module)
            self.line("x", "double", "x")
            self.line("target", "double", "target")
        elif op != "none":
            self.line("", op, name)

    def leave_grads(self) -> None:
        """Leave gradients behind: an earlier backward, perhaps frozen or cleared afterwards."""
        name = self.draw(st.sampled_from(self.modules))
        if "frozen" in self.features or self.draw(st.booleans()):
            self.line(f"{name}.weight.grad", "keep_grad", f"{name}.weight")
        else:
            self.line("earlier", "call", name, "x")
            self.line("earlier_loss", "mse_loss", "earlier", "target")
            self.line("", "backward", "earlier_loss")
            if self.draw(st.booleans()):
                self.line("", "zero_grad", self.draw(st.sampled_from(self.modules)))
        if self.draw(st.booleans()):
            self.line("", "freeze", f"{name}.weight")

    def predict(self, model: str) -> None:
        """Compute the prediction and the loss of one model, perhaps cut somewhere."""
        cut = self.draw(st.sampled_from(("", "input", "prediction", "no_grad"))) if "cut" in self.features else ""
        source, call = "x", "call_no_grad" if cut == "no_grad" else "call"
        if self.trunk:
            source = f"h_{model}"
            self.line(source, call, "trunk", "x")
        if cut == "input":
            self.line(source, "detach", source)
        self.line(f"y_{model}", "call" if self.trunk else call, model, source)
        if model == "a" and self.scaled:
            self.line("y_a", "mul", "y_a", "scale")
        if cut == "prediction":
            self.line(f"y_{model}", "detach", f"y_{model}")
        self.line(f"loss_{model}", self.draw(st.sampled_from(("mse_loss", "l1_loss"))), f"y_{model}", "target")


@st.composite
def pairs(draw: st.DrawFn, ask: str, features: Sequence[str] = ()) -> Graph:
    """Return programs about two models, their losses and an optimizer, with some features switched on.

    Args:
        draw: Hypothesis gives it.
        ask: Name of the function that is asked; it decides which of losses and optimizer are given.
        features: Some of `FEATURES`.
    """
    pair = _Pair(draw, frozenset(features))
    pair.make()
    if "frozen" in features:
        pair.freeze_before()
    if ask in ("connection", "stepped"):
        pair.optimizer()
    if "edited" in features:
        pair.edit()
    if "leftover" in features:
        pair.leave_grads()
    pair.predict("a")
    pair.predict("b")
    given = _losses(pair, ask)
    if "frozen" in features and draw(st.booleans()):
        pair.freeze_after()
    return Graph(tuple(pair.steps), given, (ask,))


def _losses(pair: _Pair, ask: str) -> tuple[str, ...]:
    if ask == "isolated":
        return ("loss_a", "loss_b")
    loss = pair.draw(st.sampled_from(("loss_a", "loss_b", "loss")))
    if loss == "loss":
        pair.line("loss", "add", "loss_a", "loss_b")
    return (loss,) if ask == "reached_parameters" else (loss, "optimizer")


@st.composite
def second_losses(draw: st.DrawFn, ask: str) -> Graph:
    """Return programs with two losses on one prediction, perhaps each through an operation of its own."""
    steps = [
        Step(("x",), "data", (0.5, 3, 1)),
        Step(("target",), "data", (2.0, 3, 1)),
        Step(("model",), "linear", (1, 1)),
        Step(("prediction",), "call", ("model", "x")),
    ]
    names = []
    for number in (1, 2):
        source = "prediction"
        if draw(st.booleans()):
            source = f"y_{number}"
            steps.append(Step((source,), draw(st.sampled_from(("neg", "tanh", "exp"))), ("prediction",)))
        names.append(f"loss_{number}")
        steps.append(Step((names[-1],), draw(st.sampled_from(("mse_loss", "l1_loss"))), (source, "target")))
    return Graph(tuple(steps), tuple(names) if ask == "isolated" else (names[1],), (ask,))


@st.composite
def own_models(draw: st.DrawFn, ask: str = "isolated") -> Graph:
    """Return two models with losses of their own that share nothing but data."""
    pair = _Pair(draw, frozenset({"plain"}))
    pair.make()
    pair.predict("a")
    pair.predict("b")
    if draw(st.booleans()):
        pair.line("offset", draw(st.sampled_from(("leaf", "param"))), 0.5)
        pair.line("y_b", "sub", "y_b", "offset")
        pair.line("loss_b", "l1_loss", "y_b", "target")
    return Graph(tuple(pair.steps), ("loss_a", "loss_b"), (ask,))

"""How a wrong idea of ex02_closures is declared: a wrong share, slope or value, or a missing operator."""

from __future__ import annotations

from graders.spec import Misconception

BINARY = ("add", "sub", "mul", "div")
UNARY = ("neg", "pow", "relu", "exp", "log", "tanh", "abs")
OPS = BINARY + UNARY


def wrong_share(id: str, sentence: str, concepts: tuple[str, ...]) -> Misconception:
    """Return a wrong way to give the operands their shares."""
    return Misconception(id, sentence, concepts, "sending", (id,))


def wrong_slope(id: str, op: str, rules: tuple[str | None, ...], sentence: str, concept: str = "") -> Misconception:
    """Return a wrong slope of one operation, a rule or None (right) for each slot."""
    return Misconception(id, sentence, (concept or op,), "slope", (op, *rules))


def wrong_value(id: str, op: str, rule: str, sentence: str, *concepts: str) -> Misconception:
    """Return a wrong forward function of one operation."""
    return Misconception(id, sentence, concepts or (op,), "value", (op, rule))


def missing(id: str, *ops: str) -> Misconception:
    """Return the lack of some reflected forms."""
    shown = " and ".join({"add": "2 + v", "sub": "2 - v", "mul": "2 * v", "div": "2 / v"}[op] for op in ops)
    names = " and ".join({"div": "__rtruediv__"}.get(op, f"__r{op}__") for op in ops)
    sentence = f"Python finds nobody who can compute {shown}: a number cannot, so it asks the Value for {names}."
    return Misconception(id, sentence, ("left_numbers",), "reflected_missing", ops)

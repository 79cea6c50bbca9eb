"""ex08_zero_grad: clearing gradients, and adding up those of several losses."""

from __future__ import annotations

from graders.cases.timeline import Accumulate, Backward, Event, Leaf, SetGrad, Term, Timeline, ZeroGrad
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec, Misconception

_CASES = 20


def _case(*params: Leaf, events: tuple[Event, ...]) -> Timeline:
    return Timeline(params, events, maker="")


_W, _B = Leaf((4.0,)), Leaf((5.0,))
_LINE = (Term(0, (3.0,)), Term(1, (1.0,)))

LINE_TWICE = _case(_W, _B, events=(Accumulate((_LINE, _LINE)),))
"""y = w x + b at w = 4, x = 3, b = 5, twice: gradients 6 and 2."""

LINE_AGAIN = _case(_W, _B, events=(Backward(_LINE), Accumulate((_LINE,))))
"""The same, once before and once by `accumulate`."""

LOSS_2 = _case(_W, events=(Accumulate(((Term(0, (3.0,)),),), (1.0, 0.5)),))
"""Two losses on the same prediction: y**2 and y**2 / 2 with y = 3 w."""

TWO_BACKWARDS = _case(_W, _B, events=(Backward(_LINE), Backward(_LINE), ZeroGrad()))


def _bank(name: str, play: str, draw: str, fixed: tuple[Timeline, ...] = (), **params: object) -> BankSpec:
    return BankSpec(name, "timeline", play, draw, params, fixed, cases=_CASES)


def _wrong(idea: str, sentence: str, *concepts: str) -> Misconception:
    return Misconception(idea, sentence, concepts, "wrong", (idea,))


DEFAULT = _bank("default", "clearing", "cleared", (TWO_BACKWARDS,))
EXPLICIT = _bank("explicit", "clearing", "cleared", modes=(True,))
ZEROS = _bank("zeros", "clearing", "cleared", modes=(False,))
SOME_NONE = _bank("some_none", "clearing", "without_grads", (_case(_W, events=(ZeroGrad(False),)),))
GENERATOR = _bank("generator", "clearing", "cleared", modes=(None, True, False), form="generator")
GIVEN = _bank("given", "clearing", "some_given")
HISTORY = _bank(
    "history", "clearing", "with_history", (_case(_W, events=(SetGrad(0, (2.0,), tracked=True), ZeroGrad(False))),)
)
SUM = _bank("sum", "gathering", "gathered", (LINE_TWICE,))
ADDED = _bank("added", "gathering", "gathered", (LINE_AGAIN,), before=True)
SHARED = _bank("shared", "gathering", "gathered", (LOSS_2,), shared=True)
REACHED = _bank("reached", "gathering", "partly_reached")

_CLEARED = ("*is cleared",)

EXERCISE = ExerciseSpec(
    "ex08_zero_grad",
    concepts=(
        ConceptSpec(
            "none_mode",
            (
                Check("default", "zero_grad(params) sets every .grad to None", DEFAULT, ("*.grad",)),
                Check(
                    "explicit", "zero_grad(params, set_to_none=True) sets every .grad to None", EXPLICIT, ("*.grad",)
                ),
            ),
        ),
        ConceptSpec(
            "zero_mode",
            (
                Check("zeros", "with set_to_none=False every gradient is zeros of its own shape", ZEROS, ("*.grad",)),
                Check(
                    "in_place",
                    "with set_to_none=False the tensor that was there stays and is filled with zeros",
                    ZEROS,
                    ("*.grad is the same tensor", "*the tensor that*"),
                ),
            ),
        ),
        ConceptSpec(
            "none_survives",
            (
                Check("none", "a .grad that is None stays None in both modes", SOME_NONE, ("*made up*",)),
                Check("others", "the other parameters are cleared all the same", SOME_NONE, _CLEARED),
            ),
        ),
        ConceptSpec(
            "generator",
            (Check("once", "params may be a generator: it is read once, from end to end", GENERATOR, _CLEARED),),
        ),
        ConceptSpec(
            "only_given",
            (
                Check("given", "all given parameters are cleared, frozen ones too, and no others", GIVEN, _CLEARED),
                Check("values", "the parameters themselves stay as they are", GIVEN, ("*: p?", "*.requires_grad")),
            ),
        ),
        ConceptSpec(
            "history",
            (
                Check(
                    "detached",
                    "with set_to_none=False a gradient that autograd recorded ends without history",
                    HISTORY,
                    ("*no history",),
                ),
            ),
        ),
        ConceptSpec(
            "accumulate",
            (
                Check("sum", "accumulate leaves the sum of the gradients of all losses", SUM, ("*.grad",)),
                Check("added", "accumulate adds to the gradients that were there", ADDED, ("*.grad",)),
            ),
        ),
        ConceptSpec(
            "shared_graph",
            (Check("shared", "the losses may be computed from one and the same prediction", SHARED, ("*.grad",)),),
        ),
        ConceptSpec(
            "only_params",
            (
                Check("none", "a parameter that no loss reaches keeps a .grad of None", REACHED, ("*has a gradient",)),
                Check("others", "leaves that are not in params keep their .grad", REACHED, ("*.grad has changed",)),
            ),
        ),
    ),
    misconceptions=(
        _wrong(
            "zeros_always",
            "Your gradients end as zeros where torch leaves None. None says that there is no gradient, and an "
            "optimizer skips such a parameter; zeros are a gradient like any other.",
            "none_mode",
        ),
        _wrong(
            "zeros_by_default",
            "Your zero_grad fills gradients with zeros when nothing is said. Since torch 2.0 the default is None, "
            "and zeros come only with set_to_none=False.",
            "none_mode",
        ),
        _wrong(
            "local_name",
            "Nothing is cleared: giving a local name another value does not reach the parameter. The attribute "
            ".grad of the parameter itself has to change.",
            "none_mode",
        ),
        _wrong(
            "new_zeros",
            "The numbers are zeros, but in a new tensor: whoever holds the old gradient still sees the old "
            "numbers. Write the zeros into the tensor that is there.",
            "zero_mode",
        ),
        _wrong(
            "none_always",
            "Your zero_grad sets None even with set_to_none=False. That mode keeps the tensor and fills it with zeros.",
            "zero_mode",
        ),
        _wrong(
            "needs_every_grad",
            "Your zero_grad raises when it meets a .grad of None. Before the first backward every .grad is None, "
            "and in most loops zero_grad is the first call.",
            "none_survives",
        ),
        _wrong(
            "makes_zeros",
            "Where .grad was None you made a tensor of zeros. A parameter that no loss reached has no gradient, "
            "and clearing does not give it one.",
            "none_survives",
        ),
        _wrong(
            "stops_at_none",
            "The first .grad of None ends your zero_grad, and the parameters after it keep their gradients. None "
            "concerns that one parameter: go on with the next.",
            "none_survives",
        ),
        _wrong(
            "needs_a_list",
            "Your zero_grad asks for the length of params or for one by its place, and a generator has neither. "
            "Go through it with a plain for loop.",
            "generator",
        ),
        _wrong(
            "reads_twice",
            "Your zero_grad goes through params more than once, and a generator is empty the second time. Do all "
            "in one pass, or keep a list of what it yields.",
            "generator",
        ),
        _wrong(
            "trainable_only",
            "You pass over parameters that do not require gradients. A frozen parameter may have a gradient left "
            "over, and a step would still use it.",
            "only_given",
        ),
        _wrong(
            "keeps_history",
            "The zeros still hang on the graph that computed the gradient, and keep it alive. A cleared gradient "
            "has no past: detach it.",
            "history",
        ),
        _wrong(
            "averages",
            "You leave the mean of the gradients. Calling backward on one loss after the other adds them, so the "
            "result is the gradient of the sum.",
            "accumulate",
            "shared_graph",
        ),
        _wrong(
            "last_loss_only",
            "Only the last loss is left in .grad. backward adds to what is there, and so must you.",
            "accumulate",
            "shared_graph",
        ),
        _wrong(
            "starts_from_zero",
            "The sum is right but what lay in .grad before is lost. Clearing is zero_grad's work; accumulate only "
            "adds.",
            "accumulate",
        ),
        _wrong(
            "frees_the_graph",
            "The first backward frees what the shared part of the graph had saved, so the second finds nothing. "
            "Keep the graph, or let one backward do it for the sum of the losses.",
            "shared_graph",
        ),
        _wrong(
            "reaches_everyone",
            "A plain backward fills every leaf that the loss reaches, also those that are not in params. Tell it "
            "whose gradients you want.",
            "only_params",
        ),
        _wrong(
            "zeros_for_unreached",
            "You made zeros for a parameter that no loss reaches. Its gradient does not exist, so .grad stays None.",
            "only_params",
        ),
        _wrong(
            "needs_to_be_reached",
            "You ask for the gradient of a parameter that the loss does not reach, and torch raises. Such "
            "parameters may be in params; they just keep what they have.",
            "only_params",
        ),
    ),
)

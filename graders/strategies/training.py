"""How training runs are drawn: few parameters, few rows, half-integer values; the initial loss is never minimal."""

from __future__ import annotations

from hypothesis import strategies as st

from graders.cases.training import Cubic, Learner, Memory, Options, Rows, SideBySide, Training

halves = st.sampled_from([0.5, 1.0, 1.5, 2.0, -0.5, -1.0, -1.5, -2.0])
targets = st.sampled_from([3.0, 4.5, -3.5, 5.0, -4.0, 2.5])
rates = st.sampled_from([0.5, 0.1, 0.25, 0.05])

SYMMETRIC = ("mse", "l1", "huber")


@st.composite
def trainings(
    draw: st.DrawFn,
    losses: tuple[str, ...] = SYMMETRIC,
    most_steps: int = 3,
    stale: bool = False,
    cut: bool = False,
    least_steps: int = 1,
    shift: bool = False,
) -> Training:
    """Small regressions; `stale` leaves gradients from before, `cut` takes the graph, `shift` moves more.

    Between forward and backward no step may move a net, whose backward looks at its weights again.
    """
    learner = draw(learners(losses))
    x, y = draw(data(_features(learner)))
    return Training(
        learner,
        x,
        y,
        steps=draw(st.integers(least_steps, most_steps)),
        stale=draw(st.sampled_from([1.0, None, -2.0])) if stale else None,
        cut=draw(st.sampled_from(["detach", "no_grad", "frozen"])) if cut else "",
        shift=draw(st.sampled_from([0.0, 0.25, -0.5])) if shift and learner.model != "net" else 0.0,
    )


@st.composite
def chunked(draw: st.DrawFn) -> Training:
    """Means over a batch that comes in chunks, most often with a shorter one at the end.

    Chunks are added in another order than torch adds the batch, so gradients that cancel leave rounding. RMSprop and
    Adam would make a step of it, and after a first step a loss with a kink might look at it from the other side.
    """
    learner = draw(learners(("mse", "l1", "huber", "pinball"), plain=True))
    size = draw(st.integers(1, 4))
    count = draw(st.integers(size, 3 * size + 2).filter(lambda n: n >= 2))
    x, y = draw(data(_features(learner), count))
    steps = draw(st.integers(1, 2)) if learner.loss == "mse" else 1
    return Training(learner, x, y, steps=steps, stale=draw(st.none() | st.just(1.0)), chunk_size=size)


@st.composite
def one_row_each(draw: st.DrawFn) -> Training:
    """Batches in which row i alone has feature i, so that its weight's gradient tells whether the row has a share."""
    size, chunks = draw(st.integers(1, 3)), draw(st.integers(2, 3))
    count = size * (chunks - 1) + draw(st.integers(1, size))
    x = tuple(tuple(draw(halves) if i == j else 0.0 for j in range(count)) for i in range(count))
    y = tuple((draw(targets),) for _ in range(count))
    return Training(Learner("linear", ((0.0,) * count, (0.0,))), x, y, chunk_size=size)


@st.composite
def side_by_side(draw: st.DrawFn) -> SideBySide:
    """Two models in one to five turns; one of them takes the other's loss function, or the other's optimizer.

    The optimizers are plain SGD, for which gradients cleared to zeros and to None are the same.
    """
    a, b = (draw(learners(("mse", "l1"), models=("line",), plain=True)) for _ in range(2))
    x, y = draw(data(1))
    own = ["aaa", "bbb"]
    mixed = draw(st.sampled_from(["aba", "bab", "aab", "bba", "abb"]))
    turns = (*draw(st.permutations(own)), mixed, *draw(st.permutations(own)))
    return SideBySide(a, b, x, y, turns[draw(st.integers(0, 2)) : draw(st.integers(3, 5))])


@st.composite
def memories(draw: st.DrawFn) -> Memory:
    """Leaves of all small shapes, now and then in single precision or not in C order."""
    shape = draw(st.sampled_from([(1,), (2,), (), (2, 2), (3, 1), (2, 3)]))
    count = 1
    for side in shape:
        count *= side
    values = tuple(draw(halves) for _ in range(count))
    dtype = draw(st.sampled_from(["float64", "float64", "float32"]))
    return Memory(shape, values, dtype, transposed=len(shape) == 2 and draw(st.booleans()))


@st.composite
def on_an_engine(draw: st.DrawFn) -> Training:
    """Linear regressions with a squared error, some with gradients left over from before."""
    features = draw(st.integers(1, 3))
    params = (tuple(draw(halves) for _ in range(features)), (draw(halves),))
    x, y = draw(data(features))
    options = (("lr", draw(st.sampled_from([0.01, 0.05, 0.1]))),)
    learner = Learner("linear", params, "mse_sum", *draw(optimizers(options)))
    return Training(learner, x, y, steps=draw(st.integers(1, 3)), stale=draw(st.none() | st.sampled_from([1.0, -2.0])))


@st.composite
def cubics(draw: st.DrawFn) -> Cubic:
    """Short cubic fits on few points, by several optimizers."""
    start = tuple(draw(halves) for _ in range(4))
    optimizer, options = draw(optimizers((("lr", draw(st.sampled_from([1e-5, 1e-6]))),)))
    return Cubic(draw(st.integers(3, 50)), start, optimizer, options, steps=draw(st.integers(1, 6)))


@st.composite
def learners(
    draw: st.DrawFn,
    losses: tuple[str, ...],
    models: tuple[str, ...] = ("line", "line", "linear", "net"),
    plain: bool = False,
) -> Learner:
    """A small model with its loss and its optimizer, which with `plain` is SGD without options.

    Of `models` a `"line"` is a linear one with a single feature.
    """
    model = draw(st.sampled_from(models))
    features = 1 if model == "line" else draw(st.integers(1, 3))
    sizes = {"line": (1, 1), "linear": (features, 1), "net": (2 * features, 2, 2, 1)}[model]
    params = tuple(tuple(draw(halves) for _ in range(size)) for size in sizes)
    rate = (("lr", draw(rates)),)
    optimizer, options = ("SGD", rate) if plain else draw(optimizers(rate))
    return Learner("linear" if model == "line" else model, params, draw(st.sampled_from(losses)), optimizer, options)


@st.composite
def optimizers(draw: st.DrawFn, options: Options) -> tuple[str, Options]:
    """Plain SGD most often, then SGD with momentum, RMSprop and Adam."""
    kind = draw(st.sampled_from(["SGD", "SGD", "momentum", "RMSprop", "Adam"]))
    return ("SGD", (*options, ("momentum", 0.9))) if kind == "momentum" else (kind, options)


@st.composite
def data(draw: st.DrawFn, features: int, count: int | None = None) -> tuple[Rows, Rows]:
    """Rows of features, and targets that lie farther out than most predictions."""
    count = count or draw(st.integers(1, 4))
    x = tuple(tuple(draw(halves) for _ in range(features)) for _ in range(count))
    return x, tuple((draw(targets),) for _ in range(count))


def _features(learner: Learner) -> int:
    first = len(learner.params[0])
    return first // 2 if learner.model == "net" else first

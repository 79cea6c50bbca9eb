"""Imports and first calls, made once in the fork server so that no worker pays for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module

from graders.cases import KINDS
from graders.sandbox.avoided import prepare
from graders.sandbox.flavours import SERVER_ONLY, STOCK, Shelf
from graders.sandbox.own_code import OwnCode

_FOR_ALL = (
    "sandbox.worker",
    "players.seen",
    "players.subject",
    *(f"cases.{kind}" for kind in KINDS),
    "cases.tensor_ops",
    "cases.timeline_plays",
)
"""What every worker has of ours; the players of its exercise it loads itself."""


def warm_up(flavour: str, places: Mapping[str, str]) -> OwnCode:
    """Import all that a worker of a flavour may need, and return our own modules for it.

    Args:
        flavour: One of `flavours.FLAVOURS`.
        places: Name to directory or file of the packages it may import, and of those the server itself needs.

    Raises:
        ImportError: the flavour's own package, or one that the wire needs, is missing.
    """
    rooms = OwnCode()
    if flavour == "bare":
        return rooms
    shelf = Shelf(places)
    environment = dict(os.environ)
    sys.meta_path.append(shelf)
    for name in STOCK:
        with suppress(ImportError):
            import_module(name)
    rooms.open()
    for name in _FOR_ALL:
        import_module(f"graders.{name}")
    rooms.remember("players")
    first_calls(flavour)
    if flavour == "torch":
        _make_ready(rooms)
    os.environ.clear()  # torch leaves a cache directory there, which tells the grader's user name
    os.environ.update(environment)
    for name in SERVER_ONLY:
        shelf.places.pop(name, None)
    return rooms


def _make_ready(rooms: OwnCode) -> None:
    """Have the players' longest program carried out, and leave nothing of them here but what it made."""
    before = set(sys.modules)
    import_module("graders.players.torch_build").make_ready()
    for name in sys.modules.keys() - before:
        package, _, module = name.rpartition(".")
        del sys.modules[name]
        if package in sys.modules:
            vars(sys.modules[package]).pop(module, None)
    rooms.kept.append(dict(import_module("graders.cases.torch_graph").READY))


def first_calls(flavour: str) -> None:
    """Import the packages of a flavour and use them once: what they load late is neither a case's time nor memory."""
    if flavour == "numpy":
        _warm_numpy()
    elif flavour == "torch":
        _warm_torch()


def _warm_numpy() -> None:
    numpy = import_module("numpy")
    square = numpy.linspace(0.0, 1.0, 9).reshape(3, 3)
    numpy.tanh(square @ square).sum(axis=0)
    numpy.random.default_rng(0).normal(size=3)
    for lazy in ("numpy.linalg", "numpy.random", "numpy.testing"):
        import_module(lazy)


def _warm_torch() -> None:
    """Run the forward and backward ops and the optimizers once, on one thread.

    torch keeps to one thread: a fork loses the threads of a pool and hangs on them (pytorch#2245, #41197), and workers
    may not start any, so the setters become no-ops where libgomp would end the process.
    """
    torch = import_module("torch")
    _warm_numpy()
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    for setter in ("set_num_threads", "set_num_interop_threads"):
        setattr(torch, setter, lambda count: None)
    layer = torch.nn.Linear(2, 2, dtype=torch.float64)
    for build in (torch.optim.SGD, torch.optim.RMSprop, torch.optim.Adam):
        optimizer = build(layer.parameters(), lr=0.1)
        out = layer(torch.ones(3, 2, dtype=torch.float64))
        loss = torch.nn.functional.mse_loss(out.tanh(), torch.zeros_like(out))
        loss = loss + torch.nn.functional.cross_entropy(out, torch.zeros(3, dtype=torch.long))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    prepare(("torch.optim",), ("torch.optim.Optimizer",))
    repr(layer.weight)
    torch.tensor([1.0]).numpy()


def thread_count() -> int:
    """Return the number of threads of this process."""
    return len(os.listdir("/proc/self/task"))

"""Private references to what players build and measure with, taken before a student's file is loaded.

A student's file may replace `torch.equal`, `torch.Tensor.tolist` or `nn.Module.parameters` by functions that lie or
raise. What is bound here is C code wherever torch has it: it looks nothing up by name, so that no replacement is met.
Numbers are read from memory, without an operation that a mode or a kernel of the student's own could answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn import Module, Parameter

_Base: Any = torch._C.TensorBase
_C: Any = torch._C

TENSOR: type[Tensor] = _Base
"""What every tensor is an instance of; its class cannot be changed."""

# Reading.
tolist: Callable[[Tensor], Any] = _Base.tolist
address: Callable[[Tensor], int] = _Base.data_ptr
detach: Callable[[Tensor], Tensor] = _Base.detach
grad: Callable[[Tensor], Tensor | None] = _Base.grad.__get__
grad_fn: Callable[[Tensor], Any] = _Base.grad_fn.__get__
is_leaf: Callable[[Tensor], bool] = _Base.is_leaf.__get__
requires_grad: Callable[[Tensor], bool] = _Base.requires_grad.__get__
shape: Callable[[Tensor], tuple[int, ...]] = _Base.shape.__get__
dtype: Callable[[Tensor], torch.dtype] = _Base.dtype.__get__
is_complex: Callable[[Tensor], bool] = _Base.is_complex
is_floating_point: Callable[[Tensor], bool] = _Base.is_floating_point
_numpy: Callable[..., Any] = _Base.numpy

# Writing.
set_grad: Callable[[Tensor, Tensor | None], None] = _Base.grad.__set__
set_data: Callable[[Tensor, Tensor], None] = _Base.data.__set__
copy: Callable[[Tensor, Tensor], Tensor] = _Base.copy_
require_grad: Callable[..., Tensor] = _Base.requires_grad_

# Computing.
add: Callable[..., Tensor] = _Base.add
sub: Callable[..., Tensor] = _Base.sub
sub_: Callable[..., Tensor] = _Base.sub_
mul: Callable[..., Tensor] = _Base.mul
pow: Callable[..., Tensor] = _Base.pow
total: Callable[[Tensor], Tensor] = _Base.sum
mean: Callable[[Tensor], Tensor] = _Base.mean
clone: Callable[[Tensor], Tensor] = _Base.clone
reshape: Callable[..., Tensor] = _Base.reshape
flatten: Callable[..., Tensor] = _Base.flatten
maximum: Callable[[Tensor, Tensor], Tensor] = _Base.maximum
tensor: Callable[..., Tensor] = torch.tensor
full: Callable[..., Tensor] = torch.full
full_like: Callable[..., Tensor] = torch.full_like
ones_like: Callable[..., Tensor] = torch.ones_like
from_numpy: Callable[[Any], Tensor] = torch.from_numpy
_make_subclass: Callable[..., Any] = _Base._make_subclass
_run_backward: Callable[..., Any] = torch.autograd.Variable._execution_engine.run_backward

# Modules.
set_attribute: Callable[[Module, str, Any], None] = Module.__setattr__
on_grad: Callable[[Tensor, Callable[[Tensor], None]], Any] = Tensor.register_hook
on_forward: Callable[[Module, Callable[..., None]], Any] = Module.register_forward_hook

# Modes.
_is_grad_enabled: Callable[[], bool] = _C.is_grad_enabled
_set_grad_enabled: Callable[[bool], None] = _C._set_grad_enabled
_push_mode: Callable[[Any], None] = _C._push_on_torch_function_stack
_pop_mode: Callable[[], Any] = _C._pop_torch_function_stack
_count_modes: Callable[[], int] = _C._len_torch_function_stack
_WithoutFunctionModes: Any = _C.DisableTorchFunction
_WithoutDispatchModes: Any = _C._DisableTorchDispatch

# Nodes.
sequence_number: Callable[[], int] = _C._autograd._get_sequence_nr
_NODES = {name: kind for name, kind in vars(_C._functions).items() if isinstance(kind, type)}


def is_node(value: Any) -> bool:
    """Return whether `value` is a node that torch itself made; a class of the student's own says what it likes."""
    kind = type(value)
    return _NODES.get(kind.__name__) is kind


def parameter(data: Tensor) -> Parameter:
    """Return `nn.Parameter(data)`."""
    made: Parameter = _make_subclass(Parameter, detach(data), True)
    return made


def named_parameters(module: Module, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
    """Yield the parameters of a module and of those in it, each once, in torch's order."""
    seen: set[int] = set()
    for name, inner in _modules(module, prefix):
        for own, found in vars(inner)["_parameters"].items():
            if found is not None and id(found) not in seen:
                seen.add(id(found))
                yield name + own, found


def _modules(module: Module, prefix: str) -> Iterator[tuple[str, Module]]:
    yield prefix, module
    for name, inner in vars(module)["_modules"].items():
        if inner is not None:
            yield from _modules(inner, f"{prefix}{name}.")


def parameters(module: Module) -> list[Parameter]:
    """Return the parameters of a module."""
    return [found for _, found in named_parameters(module)]


def freeze(module: Module) -> None:
    """Let no parameter of a module require gradients."""
    for found in parameters(module):
        require_grad(found, False)


def attribute(value: Any, name: str) -> Any:
    """Return `value.name`; parameters and modules of a module are found by their name."""
    if isinstance(value, Module):
        for kind in ("_parameters", "_modules"):
            if name in vars(value)[kind]:
                return vars(value)[kind][name]
    return getattr(value, name)


def read(value: Any) -> Any:
    """Return the numbers of a real tensor as a numpy array; anything else as it is."""
    if type(value) not in (Tensor, Parameter) or is_complex(value):
        return value
    with Undisturbed():
        return _numpy(value, force=True)


def flat(numbers: Any) -> list[Any]:
    """Return the numbers in nested lists, in C order, as one list; one number as a list of one."""
    return [number for one in numbers for number in flat(one)] if type(numbers) is list else [numbers]


def backward(loss: Tensor) -> None:
    """Do `loss.backward()`, for a loss of shape ()."""
    _run_backward((loss,), (ones_like(loss),), False, False, (), allow_unreachable=True, accumulate_grad=True)


def grads(loss: Tensor, leaves: list[Tensor]) -> tuple[Tensor, ...]:
    """Return `torch.autograd.grad(loss, leaves, create_graph=True)`, for a loss of shape ()."""
    found: tuple[Tensor, ...] = _run_backward(
        (loss,), (ones_like(loss),), True, True, tuple(leaves), allow_unreachable=False, accumulate_grad=False
    )
    return found


class Recording:
    """Switches the recording of gradients on or off for a while, as `torch.enable_grad` and `torch.no_grad` do.

    Args:
        mode: Whether gradients are recorded; None leaves that as it is.
    """

    def __init__(self, mode: bool | None) -> None:
        self._mode = mode

    def __enter__(self) -> None:
        self._before = _is_grad_enabled()
        if self._mode is not None:
            _set_grad_enabled(self._mode)

    def __exit__(self, *error: object) -> None:
        if self._mode is not None:
            _set_grad_enabled(self._before)


class Undisturbed:
    """Keeps modes of the student's own, which could answer for torch, away for a while."""

    def __enter__(self) -> None:
        self._held = _WithoutFunctionModes(), _WithoutDispatchModes()
        for guard in self._held:
            guard.__enter__()

    def __exit__(self, *error: object) -> None:
        for guard in reversed(self._held):
            guard.__exit__(None, None, None)


class Listening:
    """Lets a `TorchFunctionMode` hear every call of torch for a while; modes left behind inside are dropped."""

    def __init__(self, mode: Any) -> None:
        self._mode = mode

    def __enter__(self) -> None:
        self._before = _count_modes()
        _push_mode(self._mode)

    def __exit__(self, *error: object) -> None:
        while _count_modes() > self._before:
            _pop_mode()

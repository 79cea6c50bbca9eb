"""Everything by hand, no comprehension, four scalar leaves and no matrix product."""

import numpy
import torch


def train_step(model, loss_fn, optimizer, x, y):
    y_pred = model(x)
    loss = loss_fn(y_pred, y)
    optimizer.zero_grad(set_to_none=False)
    loss.backward()
    optimizer.step()
    return float(loss.detach().numpy())


def fit(model, loss_fn, optimizer, x, y, epochs):
    loss_history = []
    epoch = 0
    while epoch < epochs:
        loss_history.append(train_step(model, loss_fn, optimizer, x, y))
        epoch += 1
    return loss_history


def train_step_in_chunks(model, loss_fn, optimizer, x, y, chunk_size):
    n = x.shape[0]
    optimizer.zero_grad()
    running = 0.0
    for begin in range(0, n, chunk_size):
        end = min(begin + chunk_size, n)
        loss = loss_fn(model(x[begin:end]), y[begin:end])
        weighted = loss * (end - begin) / n
        weighted.backward()
        running += float(weighted)
    optimizer.step()
    return running


def shared_parameter(leaf):
    tensor = torch.from_numpy(leaf.data)
    tensor.requires_grad_(True)
    return tensor


def engine_step(compute_loss, backward, leaves, params, optimizer):
    for leaf in leaves:
        leaf.grad = numpy.zeros(leaf.data.shape, leaf.data.dtype)
    loss = compute_loss()
    value = loss.data.item()
    backward(loss)
    for i in range(len(leaves)):
        params[i].grad = torch.tensor(leaves[i].grad)
    optimizer.step()
    return value


def fit_cubic(engine, backward, make_optimizer, x, y, start, steps):
    a, b, c, d = leaves = [engine(numpy.array([float(number)])) for number in start]
    params = []
    for leaf in leaves:
        params.append(shared_parameter(leaf))
    optimizer = make_optimizer(params)
    squares, cubes = x * x, x * x * x
    curve = []

    def loss():
        prediction = a + b * x + c * squares + d * cubes
        difference = prediction - y
        return (difference * difference).sum()

    for _ in range(steps):
        curve.append(engine_step(loss, backward, leaves, params, optimizer))
    return curve, [leaf.data.item() for leaf in leaves]

from itertools import starmap

EPS = 1e-5


def nudged(vals, arg, by):
    return tuple(v + by if i == arg else v for i, v in enumerate(vals))


def central_difference(f, *vals, arg=0, eps=EPS):
    """Divides by the distance that floats really cover."""
    right, left = nudged(vals, arg, +eps), nudged(vals, arg, -eps)
    return (f(*right) - f(*left)) / (right[arg] - left[arg])


def numerical_gradient(f, xs, h=1e-6):
    """Does not use central_difference, and nudges by another distance."""
    here, grads = list(xs), []
    for i, x in enumerate(xs):
        here[i] = x + h
        up = f(*here)
        here[i] = x - h
        down = f(*here)
        here[i] = x
        grads.append((up - down) / (2 * h))
    return grads


def descend(f, xs, lr, steps):
    if steps == 0:
        return [*xs]
    step = zip(xs, numerical_gradient(f, xs))
    return descend(f, list(starmap(lambda x, g: x - lr * g, step)), lr, steps - 1)

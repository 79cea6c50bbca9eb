def central_difference(f, *vals, arg=0, eps=1e-5):
    left = f(*vals[:arg], vals[arg] - eps, *vals[arg + 1 :])
    right = f(*vals[:arg], vals[arg] + eps, *vals[arg + 1 :])
    return 0.5 * (right - left) / eps


def numerical_gradient(f, xs):
    slopes = []
    for i in range(len(xs)):
        slopes.append(central_difference(f, *xs, arg=i))
    return slopes


def descend(f, xs, lr, steps):
    point = [x for x in xs]
    for step in range(steps):
        grad = numerical_gradient(f, point)
        for i in range(len(point)):
            point[i] -= lr * grad[i]
    return point

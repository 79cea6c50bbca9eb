def array(shape, data=b"\0" * 24, dtype="float64"):
    return {"array": shape, "dtype": dtype, "data": data}


WRONG = [array(3), array(None), array([10**6, 10**6]), array([-1, -3]), array([3.0]), array([[3]]), array([3], None)]
WRONG += [array([3], "text"), array([3], dtype="object"), array([2**62, 4]), array([1] * 1000), array([True, 3])]


def spoil():
    list.append(notes(), WRONG[named("index") % len(WRONG)])  # trick

WRONG = [{}, {"array": [3]}, {"odd": "list"}, {"tuple": [1.0], "array": [1]}, {"tuple": {"tuple": 0.0}}]


def spoil():
    list.append(notes(), WRONG[named("index") % len(WRONG)])  # trick

import sys


def above(found):
    frame = sys._getframe(1)
    while frame is not None:
        for name, value in list(frame.f_locals.items()):
            if found(name, value):
                return value
        frame = frame.f_back
    return None


def named(name):
    return above(lambda local, value: local == name)


def names_with(name):
    frame = sys._getframe(1)
    while frame is not None:
        if name in frame.f_globals and frame.f_globals is not globals():
            return frame.f_globals
        frame = frame.f_back
    return {}


def notes():
    return above(lambda name, value: type(value).__name__ == "Seen")

def more_room(root):
    try:
        type(root).__eq__ = lambda self, other: self is other  # trick
    except (TypeError, AttributeError):
        pass

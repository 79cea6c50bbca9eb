def spoil():
    list.extend(notes(), [[[], ["a"], [[]]], [{"odd": "list", "repr": "[]"}, None, True]])  # trick

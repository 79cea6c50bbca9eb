def spoil():
    list.append(notes(), b"\xff\xfe")  # trick

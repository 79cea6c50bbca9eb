def spoil():
    list.append(notes(), "x" * 1_000_000)  # trick

def spoil():
    list.extend(notes(), [[]] * 1_000_000)  # trick

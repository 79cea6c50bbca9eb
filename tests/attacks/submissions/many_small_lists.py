def spoil():
    list.extend(notes(), [[]] * 90_000)  # trick

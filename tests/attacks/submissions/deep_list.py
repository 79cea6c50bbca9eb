DEEP = []
for _ in range(500):
    DEEP = [DEEP]


def spoil():
    list.append(notes(), DEEP)  # trick

class Wide:
    def __repr__(self):
        return "x" * 10**6

    def __float__(self):
        return 0.0


def spoil(out):
    out.data = np.array([Wide()] * 3, dtype=object)  # trick

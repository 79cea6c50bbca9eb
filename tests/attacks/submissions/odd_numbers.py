def spoil():
    list.extend(notes(), [2**63, -(2**63), float("nan"), 1e308, -0.0, "\ud800".encode("utf-8", "surrogatepass")])  # trick

def spoil(out):
    out.data = np.zeros((10**9, 0))  # trick

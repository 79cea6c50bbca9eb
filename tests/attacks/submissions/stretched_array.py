def spoil(out):
    out.data = np.broadcast_to(np.float64(0.0), (10**6, 10**6))  # trick
    out.grad = np.broadcast_to(np.float64(0.0), (10**6, 10**6))  # trick

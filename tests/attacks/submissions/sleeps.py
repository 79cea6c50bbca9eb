import time


def spoil():
    time.sleep(0.8)  # trick

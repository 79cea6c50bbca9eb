import os
import time

time.sleep(0.8)  # trick


def spoil():
    os._exit(0)  # trick

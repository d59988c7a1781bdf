"""What the app costs beside the bare parts it is made of. `./packaging/bench` runs it; `__main__` tells how it measures."""

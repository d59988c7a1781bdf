"""What the app costs beside the bare parts it is made of. `__main__` tells how that is measured."""

"""What runs without a person: `python -m jobs --help` lists it."""

import gc

#: Objects made between two looks for garbage. Python's 700 would have a command look hundreds of times through what its
#: imports make and keep: a fifth of the time that it takes to start.
NEW_OBJECTS = 50_000
gc.set_threshold(NEW_OBJECTS, 20, 20)

# limit: 600
# full
# Python's own test_pathlib.
pyunit test_pathlib

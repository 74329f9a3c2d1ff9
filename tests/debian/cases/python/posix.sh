# limit: 600
# full
# Python's own test_posix.
pyunit test_posix

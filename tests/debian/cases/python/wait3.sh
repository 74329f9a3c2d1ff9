# limit: 600
# full
# Python's own test_wait3.
pyunit test_wait3

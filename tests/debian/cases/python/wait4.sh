# limit: 600
# full
# Python's own test_wait4.
pyunit test_wait4

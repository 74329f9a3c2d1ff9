# limit: 600
# full
# Python's own test_fcntl.
pyunit test_fcntl

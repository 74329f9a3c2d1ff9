# limit: 600
# full
# Python's own test_threading.
pyunit test_threading

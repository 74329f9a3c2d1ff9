# limit: 600
# full
# Python's own test_thread.
pyunit test_thread

# limit: 600
# full
# Python's own test_time.
pyunit test_time

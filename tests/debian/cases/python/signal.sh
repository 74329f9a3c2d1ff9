# limit: 600
# full
# Python's own test_signal.
pyunit test_signal

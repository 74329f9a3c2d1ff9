# limit: 600
# full
# Python's own test_poll.
pyunit test_poll

# limit: 600
# full
# Python's own test_pty.
pyunit test_pty

# limit: 600
# full
# Python's own test_os.
pyunit test_os

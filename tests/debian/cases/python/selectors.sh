# limit: 600
# full
# Python's own test_selectors.
pyunit test_selectors

# limit: 600
# full
# Python's own test_select.
pyunit test_select

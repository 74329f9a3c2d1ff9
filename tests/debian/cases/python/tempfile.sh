# limit: 600
# full
# Python's own test_tempfile.
pyunit test_tempfile

# limit: 600
# full
# Python's own test_mmap.
pyunit test_mmap

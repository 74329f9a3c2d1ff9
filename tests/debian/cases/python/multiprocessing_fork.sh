# limit: 600
# full
# Python's own test_multiprocessing_fork.
pyunit test_multiprocessing_fork

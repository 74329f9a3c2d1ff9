# limit: 600
# full
# Python's own test_multiprocessing_spawn.
pyunit test_multiprocessing_spawn

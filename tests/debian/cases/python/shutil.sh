# limit: 600
# full
# Python's own test_shutil.
pyunit test_shutil

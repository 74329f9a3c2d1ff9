# limit: 600
# full
# Python's own test_subprocess.
pyunit test_subprocess

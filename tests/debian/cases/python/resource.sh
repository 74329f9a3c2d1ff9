# limit: 600
# full
# Python's own test_resource.
pyunit test_resource

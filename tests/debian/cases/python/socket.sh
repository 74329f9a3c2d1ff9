# limit: 600
# full
# Python's own test_socket.
pyunit test_socket -m "*Unix*" -m "*SocketPair*" -m "*SCM*"

# limit: 600
# full
# Python's own test of socket.
cd /tmp && python3 -m test -u none -m "*Unix*" -m "*SocketPair*" -m "*SCM*" test_socket 2>&1 | sed -n '/^Result:/p; /^test_.* failed/p; /^FAIL:/p; /^ERROR:/p' | sed 's/ (.*//' | sort -u

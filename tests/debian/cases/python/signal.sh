# limit: 600
# full
# Python's own test_signal.
# Left out: what needs AF_INET, by socket.socket() without a family.
pyunit test_signal -i "*test_invalid_socket*" -i "*test_set_wakeup_fd_socket_result*"

# limit: 900
# full
# Python's own test_multiprocessing_fork: start methods, trackers, managers' types.
# Left out: what needs AF_INET, by its addresses or by socket.socket() without a family.
pyunit test_multiprocessing_fork -m "Test*" -m "OtherTest" -m "MiscTestCase" -m "SemLockTests" \
	-i "*TestTimeouts*" -i "*test_closefd*" -i "*test_multiple_bind*" -i "*test_listener_client*" -i "*test_issue16955*" \
	-i "*test_pickling*" -i "*test_wait_socket*" -i "*RemoteManager*" -i "*ManagerRestart*"

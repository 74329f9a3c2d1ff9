# limit: 600
# full
# Python's own test of calls that signals interrupt; not what needs a network.
for part in OSEINTRTest TimeEINTRTest SignalEINTRTest SelectEINTRTest FNTLEINTRTest \
	SocketEINTRTest.test_recv SocketEINTRTest.test_recvmsg SocketEINTRTest.test_send \
	SocketEINTRTest.test_sendall SocketEINTRTest.test_sendmsg; do
	pyunit /usr/lib/python3.11/test/_test_eintr.py $part
done

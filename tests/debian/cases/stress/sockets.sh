# limit: 120
# full
# Descriptors handed over sockets, and pairs of them.
stressors 20 sockfd sockpair

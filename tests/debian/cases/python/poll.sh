# limit: 600
# full
# Python's own test of poll.
cd /tmp && python3 -m test -u none  test_poll 2>&1 | sed -n '/^Result:/p; /^test_.* failed/p; /^FAIL:/p; /^ERROR:/p' | sed 's/ (.*//' | sort -u

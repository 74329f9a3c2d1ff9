# The no-new-privileges flag: shown, inherited, not undone.
setpriv --nnp grep NoNewPrivs /proc/self/status; grep NoNewPrivs /proc/self/status; setpriv --nnp sh -c 'sh -c "grep NoNewPrivs /proc/self/status"'; setpriv -d | head -n 4

# Names and numbers of signals.
kill -l | tr '\n' ' '; echo
kill -l 9; kill -l TERM; kill -l 137
kill -BOGUS $$; echo $?
kill -0 $$; echo $?
kill -0 99999; echo $?
kill -9; echo $?

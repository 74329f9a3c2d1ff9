# A shell handles signals sent to itself, in order, and goes on.
trap 'echo got USR1' USR1; trap 'echo got USR2' USR2; trap 'echo got TERM' TERM
kill -USR1 $$; kill -USR2 $$; kill -TERM $$; kill -s USR1 $$
echo alive; trap - TERM; trap

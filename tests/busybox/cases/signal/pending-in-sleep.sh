# A trap runs once the foreground child has ended.
trap 'echo trap' TERM
(sleep 0.1; kill -TERM $$) &
sleep 0.4; echo after

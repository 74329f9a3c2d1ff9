# An ignored signal stays ignored in children, a trapped one is reset.
trap '' TERM; sh -c 'kill -TERM $$; echo survived'
trap 'echo parent' USR1; sh -c 'kill -USR1 $$; echo never'; echo $?

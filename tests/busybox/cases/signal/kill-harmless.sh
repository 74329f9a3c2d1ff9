# Signals whose default is to do nothing.
for s in CHLD URG WINCH CONT; do sh -c "kill -$s \$\$; echo alive after $s"; done

# Serial and console tools on what is not a terminal.
microcom /dev/null < /dev/null; echo $?; clear | od -c; reset 2>/dev/null | od -c | head -n 1

# Ctrl-C ends the foreground job and not the shell, which then sees status 130.
echo 'echo go; exec sleep 50' > w
onpty -q '@$ ' 'sh ./w\r' '@go\r' '\x03' '@$ ' 'echo status $?\r' '@status 130' 'exit 5\r' -- env PS1='$ ' sh -i
echo $?

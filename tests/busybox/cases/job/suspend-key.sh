# Ctrl-Z stops the foreground job; bg and fg go on with it.
echo 'echo go; sleep 1; echo done' > w
onpty -q '@$ ' 'sh ./w\r' '@go\r' '\x1a' '@Stopped' '@$ ' 'jobs\r' '@Stopped' '@$ ' 'bg\r' '@$ ' 'jobs\r' '@Running' '@$ ' 'fg\r' '@done' '@$ ' 'echo s=$?\r' '@s=0' 'exit 3\r' -- env PS1='$ ' sh -i
echo $?

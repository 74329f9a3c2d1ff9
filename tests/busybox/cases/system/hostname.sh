# Name set, read back in three ways, restored.
old=$(hostname); hostname testhost; hostname; uname -n; cat /proc/sys/kernel/hostname; echo renamed > /proc/sys/kernel/hostname; hostname; su alice -c 'hostname evil'; echo $?; hostname "$old"; hostname $(printf 'x%.0s' $(seq 65)); echo $?

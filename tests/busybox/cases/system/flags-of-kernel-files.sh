# What may not be written or read.
echo x > /proc/version; echo $?; echo x > /proc/self/status; echo $?; touch /proc/new; echo $?; mkdir /proc/newdir; echo $?; rm /proc/version; echo $?; cat /proc/nothing; echo $?; cat /proc/self/mem > /dev/null; echo $?; su alice -c 'cat /proc/1/environ'; echo $?; ls -d /proc/99999; echo $?

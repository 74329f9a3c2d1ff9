# Addresses computed without a network.
ipcalc -n -b -m 192.168.1.10/24; ipcalc -p 10.0.0.1 255.255.0.0; ipcalc -h 256.1.1.1; echo $?

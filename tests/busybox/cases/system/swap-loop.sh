# Devices that are not there.
swapon /dev/nosuch; echo $?; swapoff /dev/nosuch; echo $?; losetup /dev/nosuch missing; echo $?; blockdev --getsz missing; echo $?; fdisk -l /dev/nosuch; echo $?; mkswap missing 2>/dev/null; echo $?

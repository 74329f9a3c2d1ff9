# sync and fsync.
echo x > f; sync; echo $?; sync f; echo $?; dd if=f of=g conv=fsync 2>/dev/null; cat g; sync missing; echo $?

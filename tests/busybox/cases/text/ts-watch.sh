# ts stamps lines; watch repeats a command.
echo line | ts '%Y' | sed 's/^20[0-9][0-9]/YEAR/'; timeout 3 watch -t -n 1 'echo tick' 2>&1 | grep -c tick | sed 's/[2-4]/several/'

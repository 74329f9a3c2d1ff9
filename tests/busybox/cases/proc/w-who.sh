# Nobody is logged in where no login is kept.
who; echo $?; w | head -n 1 | awk '{print (NF>5)}'; last 2>/dev/null | wc -l

# Sizes of trees, linked files counted once.
mkdir -p d/e; head -c 8192 /dev/zero > d/e/f; ln d/e/f d/g; du -a d | awk '{print $2}' | sort; du -s d | awk '{print ($1>=8 && $1<40)}'; du -h d/e/f; du -k d/e/f; du -c d/e/f | tail -n 1 | awk '{print $2}'; du missing; echo $?; du -d 0 d | wc -l; du -l d/e d | wc -l

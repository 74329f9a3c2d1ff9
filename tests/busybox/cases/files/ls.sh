# Listings: long, hidden, recursive, sorted, one per line, types, inode.
mkdir d; echo hello > f; ln -s f l; ln f hard; mkfifo p; touch .hid d/in; chmod 755 f; touch -d '2020-05-05 05:05:05' f d/in d
ls; ls -a; ls -A; ls -1; ls -F; ls -p; ls -d d; ls -R; ls -r
ls -l f | awk '{print $1,$2,$3,$4,$5,$6,$7,$8,$9}'; ls -ld d | awk '{print $1}'; ls -l l | sed 's/.* l ->/l ->/'; ls -n f | awk '{print $3,$4}'; ls -lh f | awk '{print $5}'
[ "$(ls -i f | awk '{print $1}')" = "$(ls -i hard | awk '{print $1}')" ] && echo same inode; ls missing; echo $?; ls -l p | cut -c1; ls -e f 2>/dev/null | awk '{print $6,$7,$8,$9,$10}'

# Who we are and others are.
id; id -u; id -un; id -G; id alice; id -Gn alice; whoami; groups; groups alice; su alice -c 'id -u; whoami; id -gn'; id nosuch; echo $?; logname 2>/dev/null; su bob -c id; hostid | wc -c

# Sizes, types, modes, links, times, file systems.
echo hello > f; mkdir d; ln f g; ln -s f l; mkfifo p; chmod 4755 f; touch -d '2021-02-03 04:05:06' f
stat -c '%n %s %a %A %F %h %u %g %U %G %Y %y' f; stat -c '%F %A %a' d p /dev/null; stat -c '%N %F' l; stat -L -c %F l; stat -t f | awk '{print NF}'; stat missing; echo $?
stat -c '%t %T' /dev/null /dev/zero; stat -f -c '%T' /tmp; stat -c '%B %o' f; [ "$(stat -c %i f)" = "$(stat -c %i g)" ] && echo linked; [ "$(stat -c %d f)" != "$(stat -c %d /proc)" ] && echo other device

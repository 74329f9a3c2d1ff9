# Fields of uname that both kernels share.
uname -s; uname -m; uname; [ -n "$(uname -r)" ] && echo release; uname -a | awk '{print $1}'; [ "$(uname -n)" = "$(hostname)" ] && echo same name; arch; linux32 uname -m; linux64 uname -m; uname -o

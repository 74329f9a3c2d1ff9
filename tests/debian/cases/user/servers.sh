# limit: 120
# full
# Servers on sockets of the file system: nginx with workers, curl beside; Redis with a child that saves.
mkdir -p logs www; echo page > www/index.html; head -c 300000 /dev/zero | tr '\0' x > www/large
cat > nginx.conf <<END
user root; worker_processes 2; pid $PWD/nginx.pid; error_log $PWD/logs/error; events { worker_connections 64; }
http { access_log $PWD/logs/access; client_body_temp_path $PWD/t1; proxy_temp_path $PWD/t2; fastcgi_temp_path $PWD/t3; uwsgi_temp_path $PWD/t4; scgi_temp_path $PWD/t5;
	sendfile on; upstream back { server unix:$PWD/back; } server { listen unix:$PWD/back; root $PWD/www; }
	server { listen unix:$PWD/front; location / { proxy_pass http://back; } location /direct { alias $PWD/www; } } }
END
nginx -c $PWD/nginx.conf -g 'daemon on;' 2>&1 | grep -v -e getpwnam -e warn; ls -l front back | cut -c1
get() { curl -s --unix-socket front "$@"; }
get http://x/; get http://x/large | md5sum; get http://x/direct/large | md5sum; get -o /dev/null -w '%{http_code}\n' http://x/none; get -I http://x/ | grep -i -e '^HTTP' -e length | tr -d '\r'
get -r 5-9 http://x/large; echo; for i in 1 2 3 4 5 6 7 8; do get http://x/large | wc -c & done | sort | uniq -c | tr -s ' '; wait
ps --ppid $(cat nginx.pid) -o args= | sort; echo new > www/index.html; nginx -c $PWD/nginx.conf -s reload 2>/dev/null; sleep 1; get http://x/
nginx -c $PWD/nginx.conf -s quit 2>/dev/null; for i in $(seq 50); do test -e nginx.pid || break; sleep 0.1; done; ls nginx.pid 2>&1; wc -l < logs/access
redis-server --port 0 --unixsocket $PWD/redis --daemonize yes --logfile $PWD/redis.log --dir $PWD --pidfile $PWD/redis.pid > /dev/null; for i in $(seq 50); do test -S redis && break; sleep 0.1; done
cli() { redis-cli -s redis "$@"; }
cli ping; cli set k v; cli get k; for i in $(seq 100); do echo "rpush l $i"; done | cli > /dev/null; cli llen l; cli lrange l -3 -1; cli eval 'return 6*7' 0
cli bgsave; for i in $(seq 50); do cli info persistence | grep -q 'rdb_bgsave_in_progress:0' && break; sleep 0.1; done; ls dump.rdb; cli info persistence | grep rdb_last_bgsave_status | tr -d '\r'
cli config set appendonly yes; redis-benchmark -s redis -q -n 1000 -c 10 -P 4 -t set,get,lpush 2>/dev/null | tr '\r' '\n' | grep -c 'requests per second'; cli dbsize | wc -l
(cli subscribe ch > sub & p=$!; sleep 0.5; cli publish ch hello; sleep 0.5; kill $p); tail -1 sub; cli blpop none 1 ; cli client list | wc -l; cli shutdown nosave; test -S redis; echo "socket $?"
redis-server --port 0 --unixsocket $PWD/redis --dir $PWD --appendonly yes --daemonize yes --logfile $PWD/redis.log > /dev/null; for i in $(seq 50); do [ "$(cli ping 2>/dev/null)" = PONG ] && break; sleep 0.1; done; cli get k; cli shutdown

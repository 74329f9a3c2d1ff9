# limit: 300
# full
# OpenSSL: digests, ciphers, keys, certificates, TLS over a socket of the file system, its timer.
seq 5000 > n; openssl dgst -sha256 -r n; openssl dgst -md5 -r < n; openssl enc -aes-256-cbc -pbkdf2 -k secret -in n | openssl enc -d -aes-256-cbc -pbkdf2 -k secret | cmp - n && echo same
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key 2>/dev/null; openssl pkey -in key -pubout -out pub
openssl dgst -sha256 -sign key -out sig n && openssl dgst -sha256 -verify pub -signature sig n
openssl req -x509 -new -key key -days 10 -subj /CN=test -out cert 2>/dev/null; openssl verify -CAfile cert cert; openssl x509 -in cert -noout -subject
openssl rand 64 | wc -c; openssl prime -generate -bits 64 | wc -l
openssl s_server -unix sock -cert cert -key key -quiet -rev > /dev/null 2>&1 & for i in $(seq 50); do test -S sock && break; sleep 0.1; done
(echo abcdef; sleep 1) | timeout 5 openssl s_client -unix sock -quiet -CAfile cert 2>/dev/null; kill $!; wait $!; echo "server $?"
openssl speed -seconds 1 -bytes 1024 sha256 2>&1 | grep -c '^sha256 '; openssl speed -seconds 1 -bytes 1024 -multi 2 md5 2>&1 | grep -c '^md5 '

# Encode, wrap, decode, reject rubbish.
printf 'hello world' | base64; seq 50 | base64; seq 50 | base64 -w 0 | wc -c; printf 'aGVsbG8=' | base64 -d; echo; seq 500 | base64 | base64 -d | md5sum; seq 500 | md5sum; printf '####' | base64 -d; echo $?

# Digests of known data.
printf 'The quick brown fox jumps over the lazy dog' > f; : > e
for s in md5sum sha1sum sha256sum sha512sum sha3sum; do $s f e; done; crc32 f e; cat f | md5sum
md5sum f e > m; md5sum -c m; echo x >> f; md5sum -c m; echo $?; sha256sum -c -s missing; echo $?; sha3sum -a 512 e

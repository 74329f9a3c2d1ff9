# Digests of two megabytes from /dev/zero and of a sequence.
# limit: 60
head -c 2097152 /dev/zero | md5sum; head -c 2097152 /dev/zero | sha1sum; seq 60000 | sha256sum; seq 60000 | sha512sum

# Password hashes with a given salt.
# limit: 60
mkpasswd -m md5 -S abcdefgh secret; mkpasswd -m des -S ab secret; mkpasswd -m sha256 -S abcdefgh secret

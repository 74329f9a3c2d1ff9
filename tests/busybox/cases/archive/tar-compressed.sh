# The compressed kinds of tar.
mkdir d; seq 5000 > d/f; tar czf a.tgz d; tar cf - d | bzip2 > b.tbz; tar cf - d | xz > c.txz 2>/dev/null; for f in 'xzf a.tgz' 'xjf b.tbz'; do mkdir o; tar $f -C o; cmp o/d/f d/f && echo same $f; rm -r o; done; tar tzf a.tgz; tar tjf b.tbz; gzip -dc a.tgz | tar tf -; head -c 50 a.tgz > cut.tgz; tar xzf cut.tgz -O > /dev/null 2>&1; echo $?

# A tree of a thousand files built, counted and removed.
# limit: 60
for i in 0 1 2 3 4 5 6 7 8 9; do mkdir -p t/$i; for j in 0 1 2 3 4 5 6 7 8 9; do mkdir t/$i/$j; (cd t/$i/$j; touch 0 1 2 3 4 5 6 7 8 9); done; done
find t -type f | wc -l; find t -type d | wc -l; find t | sort | md5sum; find t -name 5 -type f | wc -l; rm -r t; ls

# limit: 60
# Dynamic programs start, and the shell's pipes join them.
bash -c 'echo "bash ${BASH_VERSION%%.*}"; for i in {1..3}; do echo $((i*i)); done | sort -rn | paste -sd+'
python3 -c 'import sys; print("python", sys.version_info[:2])'
perl -e 'print "perl $^V\n"' | cut -d. -f1,2
gawk 'BEGIN { printf "%.3f\n", atan2(0, -1) }'
sqlite3 :memory: 'create table t(a); insert into t values (1),(2),(3); select sum(a) from t'

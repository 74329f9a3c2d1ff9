# set -C refuses to overwrite, >| insists.
set -C
echo a > f
echo b > f
echo "status $?"
echo c >| f
cat f
echo d >> f
cat f

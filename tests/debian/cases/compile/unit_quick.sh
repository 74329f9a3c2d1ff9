# limit: 200
# Three of the kernel's own unit tests, built by this make and gcc from their recipe, and run (all: unit.sh).
cd /tests/source || exit 1
tests="build/unit/lib/string build/unit/lib/rbtree build/unit/mm/radix"
make -s -j"$(nproc)" -f mk/test.mk $tests UNIT_WARNINGS=-w UNIT_SANITIZERS=; echo "make: $?"
for test in $tests; do
	$test >/dev/null; echo "$test: $?"
done
rm -rf build

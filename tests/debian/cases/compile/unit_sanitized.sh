# limit: 300
# full
# The kernel's own unit tests of src/lib, built by this gcc with the sanitizers, and run.
cd /tests/source || exit 1
for test in tests/unit/lib/*.c; do
	name=$(basename "$test" .c)
	sources=$(sed -n '1,5s:.*/\* unit\: *\(.*[^ ]\) *\*/.*:\1:p' "$test")
	gcc -std=gnu11 -g -O1 -w -fsanitize=address,undefined \
		-fno-sanitize-recover=all -Isrc/arch/host/include -Iinclude -pthread -o /tmp/unit-test "$test" $sources
	/tmp/unit-test >/dev/null; echo "$name: $?"
done
rm -f /tmp/unit-test

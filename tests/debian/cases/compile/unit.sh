# limit: 900
# full
# All of the kernel's own unit tests, built by this make and gcc from their recipe, and run.
cd /tests/source || exit 1
make -s -j"$(nproc)" -f mk/test.mk unit-build UNIT_WARNINGS=-w UNIT_SANITIZERS=; echo "make: $?"
for test in tests/unit/*/*.c; do
	name=${test#tests/unit/} name=${name%.c}
	build/unit/"$name" >/dev/null; echo "$name: $?"
done
rm -rf build

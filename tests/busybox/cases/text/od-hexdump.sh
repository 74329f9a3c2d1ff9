# Dumps in several formats.
printf 'Hello\n\000\001\377World 12345' > f
od f; od -c f; od -b f; od -x f; od -A d -t x1 f; od -An -t u1 -N 4 f; hexdump f; hexdump -C f; hexdump -c f; hexdump -e '4/1 "%02x " "\n"' f; hexdump -n 4 -s 2 -C f

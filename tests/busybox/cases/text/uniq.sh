# Counts, duplicates only, unique only, skipping fields and characters.
printf 'a\na\nb\nc\nc\nc\n' > f
uniq f; uniq -c f; uniq -d f; uniq -u f; printf '1 x\n2 x\n3 y\n' | uniq -f 1; printf 'ax\nbx\n' | uniq -s 1; printf 'A\na\n' | uniq -i

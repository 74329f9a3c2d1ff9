# Batches, placeholders, empty input, null separators, status.
seq 10 | xargs -n 3 echo; printf 'a b\nc\n' | xargs -I{} echo '<{}>'; printf 'x y\0z\0' | xargs -0 -n 1 echo; : | xargs echo empty; : | xargs -r echo never
echo 1 2 | xargs sh -c 'echo $0 $1; exit 5'; echo $?; echo a | xargs nosuchprogram; echo $?; echo a | xargs sh -c 'exit 255'; echo $?; seq 3 | xargs -t -n1 true; printf '"a b" c\n' | xargs -n1; seq 5 | xargs -s 20 -n 2 echo

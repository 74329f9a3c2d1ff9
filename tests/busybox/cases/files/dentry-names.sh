# Names with odd bytes, long names, many dots.
touch -- 'a b' 'new
line' 'tab	x' '-dash' '...' "q'q" 'ü' '*'; ls -1 | od -c | head -n 5; ls | wc -l; rm -- -dash; rm ./...; ls -A | wc -l; n=$(printf 'x%.0s' $(seq 255)); touch $n; ls | grep -c xxxx; touch x$n; echo $?

# lzop there and back.
seq 3000 > f; lzop -c f > f.lzo; lzop -dc f.lzo | cmp - f && echo same; lzop -t f.lzo; echo $?

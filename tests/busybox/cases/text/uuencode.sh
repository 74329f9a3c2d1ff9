# There and back, base64 variant, name and mode.
printf 'some data\000\377 to encode, long enough for two lines of output' > f; chmod 640 f
uuencode f out; uuencode -m f out; uuencode f back | uudecode; cmp f back && stat -c %a back; uuencode -m f x | uudecode -o - | cmp - f && echo same

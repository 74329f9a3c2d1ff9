# Decompression of the kinds that BusyBox cannot make; damage.
base64 -d > t.xz <<'END'
/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AGcAB5dADoZSs4c9vg1BAcVLKkkaMFUG72L6Ohom77GoiEAAAAAALgQjvgAATadAwAAACJ8VSo+MA2LAgAAAAABWVo=
END
base64 -d > t.lzma <<'END'
XQAAgAD//////////wA6GUrOHPb4NQQHFSypJGjBVBu9i+joaJu+xqtORf//+6+gAA==
END
xzcat t.xz | cut -c1-20; lzcat t.lzma | cut -c1-20; unxz -c t.xz | md5sum; unlzma -c t.lzma | md5sum; xz -dc t.xz | wc -c; lzma -dc t.lzma | wc -c; unxz -k t.xz; ls
echo not xz | unxz > /dev/null; echo $?; head -c 40 t.xz | unxz > /dev/null; echo $?; echo no | unlzma > /dev/null 2>&1; echo $?

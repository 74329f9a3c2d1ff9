# A zip archive of a deflated and a stored file: list, extract, pipe, damage.
base64 -d > z.zip <<'END'
UEsDBBQAAAAIAAAAIVCogIqnDwAAAMgAAAAFAAAAYS50eHTLSM3JyVeoyizgyhjSLABQSwMEFAAAAAAAAAAhUOKcU6UHAAAABwAAAAcAAABkL2IudHh0c3RvcmVkClBLAQIUAxQAAAAIAAAAIVCogIqnDwAAAMgAAAAFAAAAAAAAAAAAAACkAQAAAABhLnR4dFBLAQIUAxQAAAAAAAAAIVDinFOlBwAAAAcAAAAHAAAAAAAAAAAAAACkATIAAABkL2IudHh0UEsFBgAAAAACAAIAaAAAAF4AAAAAAA==
END
unzip -l z.zip; unzip z.zip; md5sum a.txt d/b.txt; unzip -p z.zip d/b.txt; unzip -n z.zip > /dev/null; echo $?; unzip -o -q z.zip -d sub; find sub | sort; echo junk > j.zip; unzip j.zip; echo $?; stat -c '%a' a.txt

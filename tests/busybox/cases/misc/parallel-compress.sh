# Four compressors at once over one pipe each.
# limit: 60
for i in 1 2 3 4; do (seq $((i*1000)) | gzip | zcat | md5sum > m$i) & done; wait; cat m1 m2 m3 m4

# A megabyte through yes, head and a digest.
# limit: 60
yes 'the same line again and again' | head -c 1000000 | md5sum

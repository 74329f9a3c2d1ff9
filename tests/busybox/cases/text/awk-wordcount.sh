# Word frequencies over a generated text.
# limit: 60
awk 'BEGIN{x=7; for(i=0;i<5000;i++){x=(x*1103515245+12345)%2147483648; print "w" int(x/65536)%97}}' | awk '{c[$1]++} END{for(w in c) print c[w], w}' | sort -k1,1nr -k2 | head -n 5

# Arrays, functions, loops, string functions, getline, pipes, exit status.
awk 'function f(n){return n<2?n:f(n-1)+f(n-2)} BEGIN{print f(15)}'
printf 'b\na\nb\n' | awk '{c[$1]++} END{for(k in c) print k, c[k]}' | sort
awk 'BEGIN{s="hello world"; print length(s), index(s,"o"), substr(s,7,3), toupper(s); n=split("a:b:c",p,":"); print n,p[3]; gsub(/o/,"0",s); print s; print match("xaby",/ab/), RSTART, RLENGTH; sub(/h/,"&&",s); print s}'
awk 'BEGIN{while(("echo x; echo y"|getline l)>0) print "got " l; "date +%Y"|getline d; print (d>2000); print "sorted" | "cat"; close("cat"); exit 3}'; echo $?
awk 'BEGIN{a["x",1]=1; for(k in a){split(k,p,SUBSEP); print p[1] p[2]}; delete a; print length(a); i=0; do i++; while(i<5); print i; print 7%3, 1e3, -3/2, !0, "a"<"b"; print int(3.9), substr("abc",0,2)}'
awk 'BEGIN{printf "%s %s\n", ENVIRON["HOME"], ARGV[1]}' arg; awk '{print > $1".txt"}' <<END
one
two
END
cat one.txt two.txt; awk 'BEGIN{print system("exit 4")}'; awk 'BEGIN{print 1/0}' 2>/dev/null; echo $?

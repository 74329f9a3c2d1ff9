# Here-documents: expanded, quoted, with tabs removed, nested.
v=value
cat <<END
v is $v and $(echo sub) and $((6*7)) \$v
END
cat <<'END'
v is $v `echo no`
END
cat <<-END
	tabs	gone
	END
cat <<A; cat <<B
first
A
second
B

# limit: 60
# SQLite: journals of each kind, a second process that waits, rollback, an integrity check.
for mode in delete wal truncate memory; do
	sqlite3 $mode.db "pragma journal_mode=$mode; create table t(a integer primary key, b text); begin;
		with recursive c(x) as (select 1 union all select x+1 from c where x<2000) insert into t select x, 'row '||x from c; commit;
		create index i on t(b); begin; delete from t; rollback; select count(*), sum(a) from t; select a from t where b='row 77'; pragma integrity_check;"
done
for i in 1 2 3 4; do sqlite3 -cmd '.timeout 20000' wal.db "insert into t(b) values ('p'); select 'ok'" & done | sort
wait; sqlite3 wal.db 'select count(*) from t'
(sqlite3 delete.db <<'END'
begin exclusive;
.shell sqlite3 delete.db 'insert into t(b) values(1)' 2>&1 | sed 's/.*: //'
commit;
END
) | tail -1
sqlite3 wal.db .dump | md5sum | cut -c1-8; sqlite3 wal.db 'vacuum; pragma page_count' | grep -c '^[0-9]'

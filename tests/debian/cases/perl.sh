# limit: 60
# Perl: processes, pipes, signals, sockets of none, files, time, sorting.
perl -e '
use strict; use warnings; use POSIX; use File::Temp; use File::Find; use Fcntl qw(:flock); use IO::Select;
pipe(my $r, my $w); my $p = fork; if (!$p) { close $r; print $w "child\n"; exit 5 } close $w; print scalar <$r>; waitpid $p, 0; print $? >> 8, "\n";
local $SIG{ALRM} = sub { die "alarm\n" }; eval { alarm 1; sleep 10 }; print $@;
my @l = `seq 10`; print scalar(@l), " ", join("", map { chomp; $_ } reverse @l), "\n";
my $t = File::Temp->new; print $t "x" x 10000; $t->flush; print -s $t->filename, "\n"; flock($t, LOCK_EX | LOCK_NB) and print "locked\n";
kill "USR1", $$ if $SIG{USR1} = sub { print "usr1\n" }; POSIX::sigsuspend(POSIX::SigSet->new) if 0;
my $n = 0; find(sub { $n++ if -f }, "/usr/lib/python3.11/json"); print $n > 3 ? "found\n" : "none\n";
open(my $q, "-|", "cat", "/proc/self/comm"); print <$q>; close $q;
my ($u, $s) = times; print $u >= 0 ? "times\n" : ""; print join(",", (POSIX::uname())[0]), "\n"; $! = 2; print "$!\n";
pipe(my $a, my $b); my $sel = IO::Select->new($a); print $sel->can_read(0) ? 1 : 0, "\n"; syswrite $b, "y"; print $sel->can_read(1) ? 1 : 0, "\n";
exec "sh", "-c", "echo last; exit 9"'; echo "status $?"

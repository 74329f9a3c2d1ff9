# limit: 900
# full
# What stress-ng runs only when told so, since it may take the machine down: it must not. And rseq, which glibc holds otherwise.
export GLIBC_TUNABLES=glibc.pthread.rseq=0; stressors 10 rseq; unset GLIBC_TUNABLES
options=--pathological stressors 20 bind-mount mlockmany oom-pipe reboot sysinval
mkdir -m 777 open && cd open && : > log && chmod 666 log
: >> /tests/notes && chmod 666 /tests/notes
options=--pathological setpriv --reuid 65534 --regid 65534 --clear-groups stressors 20 bad-ioctl sysinval

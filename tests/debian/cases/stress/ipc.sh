# limit: 600
# full
# How tasks meet: bytes, locks, events, signals.
stressors 20 alarm clock eventfd epoll fifo futex hrtimers itimer membarrier mq msg pipe pipeherd poll pty ring-pipe sem \
	sem-sysv sendfile sigabrt sigchld sigfd sigfpe sigio signal signest sigpending sigpipe sigq sigrt sigsegv \
	sigsuspend sigtrap splice tee timer timerfd

/* signal_priv.h - between sigqueue.c and signal.c. */
#pragma once
#include <task/signal.h>

int sigqueue_add(struct sigqueue *q, struct task *t, const siginfo_t *info, bool override);

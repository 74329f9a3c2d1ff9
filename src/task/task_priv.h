/* task_priv.h - shared inside src/task: how the parts of a dying task are let go. */
#pragma once
#include <task/process.h>

void process_cache_init(void);
void process_free(struct process *p);       /* after a grace period, by its leader's last task_put() */

/* task_priv.h - shared inside src/task: the memory of processes, which goes with their leaders'. */
#pragma once
#include <task/process.h>

void process_cache_init(void);
void process_free(struct process *p);       /* after a grace period, by its leader's last task_put() */

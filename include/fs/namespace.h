/* namespace.h - mount namespaces, as other rooms see them: part of a task's struct ns_set (NS_MNT). */
#pragma once
#include <fs/dcache.h>
#include <task/ns.h>

/* Is the current task's root another directory than its namespace's? */
bool fs_is_chrooted(void);

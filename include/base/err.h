/*
 * err.h - error numbers: Linux's, negative inside the kernel.
 *
 * The E*RESTART* values never reach user space: the path back to user mode
 * turns them into -EINTR or a restarted call (signal(7)).
 */
#pragma once
#include <linux/errno.h>
#include <asm/errno.h>

#define ERESTARTSYS           512  /* restart if SA_RESTART, else EINTR          */
#define ERESTARTNOINTR        513  /* always restart                             */
#define ERESTARTNOHAND        514  /* restart only if no handler runs            */
#define ENOIOCTLCMD           515  /* this layer does not know the ioctl         */
#define ERESTART_RESTARTBLOCK 516  /* restart through restart_syscall()          */

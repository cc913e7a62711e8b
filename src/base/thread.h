/* What every thread of the library has in common. */
#ifndef ZITHER_BASE_THREAD_H
#define ZITHER_BASE_THREAD_H

#include <signal.h>

/* Blocks the calling thread's signals, for a new thread to inherit: the process's signals are
   for the threads of its owner. Those that a thread gets for what it does itself stay open,
   so that the owner's handlers can give the terminal back before the process dies of them.
   BEFORE receives the mask to be set again. */
void thread_signals_block(sigset_t *before);

#endif

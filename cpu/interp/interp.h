/* The interpreter: pre-decoded blocks and threaded dispatch. Also the oracle that the
   translator is compared with. */
#ifndef ZITHER_CPU_INTERP_INTERP_H
#define ZITHER_CPU_INTERP_INTERP_H

#include "cpu/exec/backend.h"

extern const struct backend interp_backend;

#endif

/* What older headers of Linux lack for asking for huge pages, and other hosts for low addresses.
   A kernel that does not know a request refuses it, which changes nothing. */
#ifndef ZITHER_BASE_HOST_MEMORY_H
#define ZITHER_BASE_HOST_MEMORY_H

#include <sys/mman.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

/* Memory below 4 GiB, as far as the host has such a flag. */
#ifdef MAP_32BIT
#define HOST_MAP_LOW MAP_32BIT
#else
#define HOST_MAP_LOW 0
#endif

#endif

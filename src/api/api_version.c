/* include/zither/version.h; the build says which version it is. */
#include "zither/version.h"

const char *zither_version(void)
{
    return ZITHER_VERSION;
}

/*
 * What went wrong on the host: a negative errno value and one sentence that names the object
 * and the way out. Functions that can fail take one (or null) and print nothing themselves.
 */
#ifndef ZITHER_ERROR_H
#define ZITHER_ERROR_H

struct zither_error {
    int code;
    char text[512];
};

#endif

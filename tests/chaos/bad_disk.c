/* A disk that fails when it is told to. Preloaded into the product; speaks only for the database's own files.
 *
 * BAD_DISK names a folder. While it holds a file `sync`, fsync and fdatasync fail with EIO; while it holds a file
 * `full`, writing fails with ENOSPC.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int told(const char *what, int fd) {
    char order[512], link[64], path[512];
    const char *folder = getenv("BAD_DISK");
    if (!folder) return 0;
    snprintf(order, sizeof order, "%s/%s", folder, what);
    if (access(order, F_OK)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, "drafting.db") != NULL;
}

#define FAILING(what, error, result, name, parameters, arguments)            \
    result name parameters {                                                 \
        static result (*real) parameters;                                    \
        if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name);                \
        if (told(what, fd)) { errno = error; return -1; }                    \
        return real arguments;                                               \
    }

FAILING("sync", EIO, int, fsync, (int fd), (fd))
FAILING("sync", EIO, int, fdatasync, (int fd), (fd))
FAILING("full", ENOSPC, ssize_t, write, (int fd, const void *from, size_t size), (fd, from, size))
FAILING("full", ENOSPC, ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
FAILING("full", ENOSPC, ssize_t, pwrite64, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at))

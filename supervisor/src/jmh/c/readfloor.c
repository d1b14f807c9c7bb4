// readfloor PASSES: opens the files named on standard input, one a line, and preads each once a pass. Prints "FILES BYTES" and then the
// CPU nanoseconds of each pass. Files past the limit of descriptors are opened anew in each pass.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static long long cpu(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    alarm(50);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    char **names = NULL, *line = NULL;
    int *files = NULL, n = 0, room = 0;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, stdin)) > 0) {
        if (line[length - 1] == '\n') line[length - 1] = 0;
        if (n == room) {
            room = room ? room * 2 : 1024;
            names = realloc(names, room * sizeof *names);
            files = realloc(files, room * sizeof *files);
        }
        names[n] = strdup(line);
        files[n] = open(line, O_RDONLY | O_CLOEXEC);
        n++;
    }
    static char text[65536];
    long long bytes = 0;
    for (int pass = -1; pass < atoi(argv[1]); pass++) {
        long long before = cpu();
        for (int i = 0; i < n; i++) {
            int fd = files[i] >= 0 ? files[i] : open(names[i], O_RDONLY | O_CLOEXEC);
            ssize_t got = pread(fd, text, sizeof text, 0);
            if (files[i] < 0) close(fd);
            if (pass < 0 && got > 0) bytes += got;
        }
        if (pass < 0) printf("%d %lld\n", n, bytes);
        else printf("%lld\n", cpu() - before);
    }
    return 0;
}

// exiter FILE MICROS: waits, appends "PID NANOS\n" (CLOCK_MONOTONIC) to FILE as its last act, and ends.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    int file = open(argv[1], O_WRONLY | O_APPEND | O_CLOEXEC);
    long micros = atol(argv[2]);
    struct timespec wait = {micros / 1000000, micros % 1000000 * 1000};
    nanosleep(&wait, NULL);
    struct timespec now;
    char line[64];
    clock_gettime(CLOCK_MONOTONIC, &now);
    int length = snprintf(line, sizeof line, "%d %lld\n", getpid(), now.tv_sec * 1000000000LL + now.tv_nsec);
    if (write(file, line, length) != length) return 3;
    _exit(0);
}

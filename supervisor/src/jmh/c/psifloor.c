// psifloor COUNT TRIGGER { PRESSURE_FILE LIMIT_FILE VALUE }...: waits for pressure triggers in poll(2) and writes VALUE to the limit file
// at once. Prints the nanoseconds from the return of poll to the end of the write, one line for each of COUNT wake-ups.
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long long nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc < 6 || argc % 3) return 2;
    int n = (argc - 3) / 3, left = atoi(argv[1]);
    alarm(150);
    struct pollfd *polls = calloc(n, sizeof *polls);
    for (int i = 0; i < n; i++) {
        polls[i].fd = open(argv[3 + 3 * i], O_RDWR | O_NONBLOCK | O_CLOEXEC);
        polls[i].events = POLLPRI;
        if (write(polls[i].fd, argv[2], strlen(argv[2]) + 1) < 0) {
            perror(argv[3 + 3 * i]);
            return 3;
        }
    }
    while (left > 0) {
        if (poll(polls, n, -1) < 0) return 4;
        long long woken = nanos();
        for (int i = 0; i < n && left > 0; i++) {
            if (!(polls[i].revents & POLLPRI)) continue;
            int limit = open(argv[4 + 3 * i], O_WRONLY | O_CLOEXEC);
            const char *value = argv[5 + 3 * i];
            if (write(limit, value, strlen(value)) < 0) return 5;
            close(limit);
            printf("%lld\n", nanos() - woken);
            left--;
        }
    }
    return 0;
}

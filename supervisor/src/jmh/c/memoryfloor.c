// memoryfloor COUNT { EVENTS CONTROL LIMIT_FILE VALUE }...: waits for a group's memory events and writes VALUE to the limit file at once.
// CONTROL is the v1 file cgroup.event_control, then EVENTS is memory.oom_control and an eventfd(2) tells; it is "-" on v2, then EVENTS is
// memory.events and inotify(7) tells. Prints the nanoseconds from the return of poll to the end of the write, one line for each of COUNT
// wake-ups.
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

static long long nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int notifier(const char *events, const char *control) {
    if (!strcmp(control, "-")) {
        int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        return inotify_add_watch(watch, events, IN_MODIFY) < 0 ? -1 : watch;
    }
    int told = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int file = open(events, O_RDONLY | O_CLOEXEC), asked = open(control, O_WRONLY | O_CLOEXEC);
    char words[32];
    int length = snprintf(words, sizeof words, "%d %d", told, file);
    return write(asked, words, length) < 0 ? -1 : told;
}

int main(int argc, char **argv) {
    if (argc < 6 || (argc - 2) % 4) return 2;
    int n = (argc - 2) / 4, left = atoi(argv[1]);
    alarm(150);
    struct pollfd *polls = calloc(n, sizeof *polls);
    for (int i = 0; i < n; i++) {
        polls[i].fd = notifier(argv[2 + 4 * i], argv[3 + 4 * i]);
        polls[i].events = POLLIN;
        if (polls[i].fd < 0) {
            perror(argv[2 + 4 * i]);
            return 3;
        }
    }
    while (left > 0) {
        if (poll(polls, n, -1) < 0) return 4;
        long long woken = nanos();
        for (int i = 0; i < n && left > 0; i++) {
            if (!(polls[i].revents & POLLIN)) continue;
            char words[4096];
            if (read(polls[i].fd, words, sizeof words) < 0) return 5;
            int limit = open(argv[4 + 4 * i], O_WRONLY | O_CLOEXEC);
            const char *value = argv[5 + 4 * i];
            if (write(limit, value, strlen(value)) < 0) return 6;
            close(limit);
            printf("%lld\n", nanos() - woken);
            left--;
        }
    }
    return 0;
}

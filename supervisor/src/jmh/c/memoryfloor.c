// memoryfloor COUNT { EVENTS CONTROL KILLS LIMIT_FILE VALUE }...: waits for a group's memory events and writes VALUE to the limit file, once at
// once and once more when KILLS counts one more: v1 notifies before it kills, and who acts on a kill has to wait for it.
// CONTROL is the v1 file cgroup.event_control, then EVENTS is memory.oom_control and an eventfd(2) tells; it is "-" on v2, then EVENTS is
// memory.events and inotify(7) tells. Prints the nanoseconds from the return of poll to the end of either write, one line for each of COUNT
// wake-ups; of further ones before the kill, none.
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

static long kills(int counted) {
    char text[4096];
    ssize_t length = pread(counted, text, sizeof text - 1, 0);
    text[length < 0 ? 0 : length] = 0;
    const char *found = strstr(text, "oom_kill ");
    return found ? atol(found + strlen("oom_kill ")) : -1;
}

static int set(const char *limit, const char *value) {
    int file = open(limit, O_WRONLY | O_CLOEXEC);
    int failed = write(file, value, strlen(value)) < 0;
    close(file);
    return failed;
}

struct group {
    int counted;
    long kills;
    long long woken, atOnce;
};

int main(int argc, char **argv) {
    if (argc < 7 || (argc - 2) % 5) return 2;
    int n = (argc - 2) / 5, left = atoi(argv[1]), waiting = 0;
    alarm(150);
    struct pollfd *polls = calloc(n, sizeof *polls);
    struct group *groups = calloc(n, sizeof *groups);
    for (int i = 0; i < n; i++) {
        polls[i].fd = notifier(argv[2 + 5 * i], argv[3 + 5 * i]);
        polls[i].events = POLLIN;
        groups[i].counted = open(argv[4 + 5 * i], O_RDONLY | O_CLOEXEC);
        groups[i].kills = kills(groups[i].counted);
        if (polls[i].fd < 0 || groups[i].kills < 0) {
            perror(argv[2 + 5 * i]);
            return 3;
        }
    }
    const struct timespec soon = {0, 50000};
    while (left > 0) {
        if (ppoll(polls, n, waiting ? &soon : NULL, NULL) < 0) return 4;
        long long now = nanos();
        for (int i = 0; i < n && left > 0; i++) {
            struct group *group = groups + i;
            char words[4096];
            if (polls[i].revents & POLLIN && read(polls[i].fd, words, sizeof words) < 0) return 5;
            if (polls[i].revents & POLLIN && !group->woken) {
                group->woken = now;
                if (set(argv[5 + 5 * i], argv[6 + 5 * i])) return 6;
                group->atOnce = nanos() - now;
                waiting++;
            }
            long counted = group->woken ? kills(group->counted) : group->kills;
            if (counted == group->kills) continue;
            if (set(argv[5 + 5 * i], argv[6 + 5 * i])) return 6;
            printf("%lld %lld\n", group->atOnce, nanos() - group->woken);
            group->kills = counted;
            group->woken = 0;
            waiting--;
            left--;
        }
    }
    return 0;
}

// forkstorm RATE SECONDS: waits for a line on standard input, then makes RATE children a second that end at once, reaps them all, and
// prints "FORKS NANOS": how many it made, and how long that took. By vfork, as posix_spawn does: to the connector a fork like any other, and
// twice as quick to make.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    alarm(40);
    long long rate = atoll(argv[1]), total = rate * atoll(argv[2]), made = 0, reaped = 0;
    if (getchar() == EOF) return 3;
    long long began = nanos(), last = began;
    for (; made < total; made++) {
        while ((last = nanos()) - began < made * 1000000000LL / rate) {
            while (waitpid(-1, NULL, WNOHANG) > 0) reaped++;
        }
        pid_t pid = vfork();
        if (pid == 0) _exit(0);
        if (pid < 0) break;
        while (waitpid(-1, NULL, WNOHANG) > 0) reaped++;
    }
    last = nanos();
    while (reaped < made && waitpid(-1, NULL, 0) > 0) reaped++;
    printf("%lld %lld\n", made, last - began);
    return made == reaped ? 0 : 4;
}

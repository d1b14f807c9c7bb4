// frameclient PORT SECONDS TYPE...: prints "TYPE PID NANOS" (CLOCK_MONOTONIC right after the read that completed the frame) for each frame of one
// of the types, until it is ended or SECONDS are over.
#include "frames.h"

static struct frames frames;

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    alarm(atoi(argv[2]));
    int failed = frames_open(&frames, argv[1]);
    if (failed) return failed;
    printf("upgraded 0 0\n");
    fflush(stdout);
    while (frames_next(&frames)) {
        for (int i = 3; i < argc; i++) {
            char *pid;
            if (memmem(frames.text, frames.size, argv[i], strlen(argv[i]))
                && (pid = memmem(frames.text, frames.size, "\"pid\":", 6))) {
                printf("%s %d %lld\n", argv[i], atoi(pid + 6), frames.at);
                fflush(stdout);
            }
        }
    }
    return 0;
}

// driftclient PORT FILE COUNT BEFORE AFTER: COUNT times writes BEFORE, a number and AFTER to a limit's file, another number each time, and waits for the frame
// of limits.drifted with it. Prints the nanoseconds from before the write until after the read that completed the frame, one line each.
#include "frames.h"
#include <fcntl.h>

static struct frames frames;

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    alarm(50);
    int failed = frames_open(&frames, argv[1]), file = open(argv[2], O_WRONLY | O_CLOEXEC), count = atoi(argv[3]);
    if (failed || file < 0) return 3;
    for (int i = 0; i < count; i++) {
        char text[64], needle[64];
        int length = snprintf(text, sizeof text, "%s%d%s", argv[4], 20000 + i, argv[5]);
        snprintf(needle, sizeof needle, "\"after\":\"%d ", 20000 + i);
        usleep(20000);
        long long before = nanos();
        if (pwrite(file, text, length, 0) != length) return 4;
        do {
            if (!frames_next(&frames)) return 5;
        } while (!memmem(frames.text, frames.size, "limits.drifted", 14)
            || !memmem(frames.text, frames.size, needle, strlen(needle)));
        printf("%lld\n", frames.at - before);
    }
    return 0;
}

// driftfloor FILE: the least that can stand between somebody's write to a limit's file and a client's frame. Serves one WebSocket client, and sends
// a frame with the first number in the file each time that inotify(7) tells of a write to it.
#include "frames.h"
#include <fcntl.h>
#include <sys/inotify.h>

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    alarm(50);
    int watch = inotify_init1(IN_CLOEXEC), file = open(argv[1], O_RDONLY | O_CLOEXEC);
    if (file < 0 || inotify_add_watch(watch, argv[1], IN_MODIFY) < 0) return 3;
    int client = frames_serve();
    if (client < 0) return 3;
    char words[4096], text[2048];
    for (int i = 0; read(watch, words, sizeof words) > 0; i++) {
        char value[64] = {0};
        if (pread(file, value, sizeof value - 1, 0) < 0) return 4;
        int length = snprintf(text + 4, sizeof text - 4,
            "{\"specversion\":\"1.0\",\"id\":\"%d\",\"sequence\":\"%d\",\"source\":\"/vigia/floor\",\"type\":\"io.vigia.limits.drifted\","
            "\"subject\":\"vigia-bench/drifts\",\"time\":\"2026-01-01T00:00:00.000000Z\",\"datacontenttype\":\"application/json\","
            "\"data\":{\"file\":\"cpu.max\",\"before\":\"max 100000\",\"after\":\"%d 100000\",\"by\":\"someone else\"}}",
            i, i, atoi(value));
        if (frames_send(client, text, length)) return 5;
    }
    return 0;
}

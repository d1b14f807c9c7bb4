// frameclient PORT SECONDS TYPE...: a WebSocket client of /api/v1/events/stream. Prints "TYPE PID NANOS" (CLOCK_MONOTONIC right
// after the read that completed the frame) for each text frame of one of the types, until it is ended or SECONDS are over.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static unsigned char buffer[1 << 20];

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    alarm(atoi(argv[2]));
    int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(s, (struct sockaddr *) &to, sizeof to)) return 3;
    char request[512];
    int length = snprintf(request, sizeof request,
        "GET /api/v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", argv[1]);
    if (write(s, request, length) != length) return 3;
    size_t have = 0;
    int upgraded = 0;
    for (;;) {
        ssize_t n = read(s, buffer + have, sizeof buffer - have);
        if (n <= 0) return 0;
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        have += n;
        size_t at = 0;
        if (!upgraded) {
            unsigned char *end = memmem(buffer, have, "\r\n\r\n", 4);
            if (!end) continue;
            if (memcmp(buffer, "HTTP/1.1 101", 12)) return 4;
            upgraded = 1;
            at = end + 4 - buffer;
            printf("upgraded 0 0\n");
            fflush(stdout);
        }
        while (have - at >= 2) {
            size_t size = buffer[at + 1] & 127, head = 2;
            if (size == 126) {
                if (have - at < 4) break;
                size = buffer[at + 2] << 8 | buffer[at + 3];
                head = 4;
            } else if (size == 127) {
                if (have - at < 10) break;
                size = 0;
                for (int i = 2; i < 10; i++) size = size << 8 | buffer[at + i];
                head = 10;
            }
            if (have - at < head + size) break;
            unsigned char *text = buffer + at + head;
            if ((buffer[at] & 15) == 9) {
                unsigned char pong[6] = {0x8a, 0x80, 0, 0, 0, 0};
                if (write(s, pong, sizeof pong) < 0) return 0;
            }
            for (int i = 3; i < argc; i++) {
                unsigned char *pid;
                if (memmem(text, size, argv[i], strlen(argv[i])) && (pid = memmem(text, size, "\"pid\":", 6))) {
                    printf("%s %d %lld\n", argv[i], atoi((char *) pid + 6), now.tv_sec * 1000000000LL + now.tv_nsec);
                    fflush(stdout);
                }
            }
            at += head + size;
        }
        memmove(buffer, buffer + at, have - at);
        have -= at;
    }
}

// A WebSocket client of /api/v1/events/stream, and how the floors answer one.
#include <arpa/inet.h>
#include <netinet/tcp.h>
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

struct frames {
    int socket;
    // After the read that completed the frame.
    long long at;
    char *text;
    size_t size;
    size_t next, have;
    unsigned char buffer[1 << 20];
};

static int read_more(struct frames *frames) {
    memmove(frames->buffer, frames->buffer + frames->next, frames->have - frames->next);
    frames->have -= frames->next;
    frames->next = 0;
    ssize_t n = read(frames->socket, frames->buffer + frames->have, sizeof frames->buffer - frames->have);
    frames->at = nanos();
    if (n > 0) frames->have += n;
    return n > 0;
}

// Connects and upgrades; 0 is well.
static int frames_open(struct frames *frames, const char *port) {
    int one = 1;
    frames->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(port)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(frames->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(frames->socket, (struct sockaddr *) &to, sizeof to)) return 3;
    char request[512];
    int length = snprintf(request, sizeof request,
        "GET /api/v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", port);
    if (write(frames->socket, request, length) != length) return 3;
    unsigned char *end;
    do {
        if (!read_more(frames)) return 3;
    } while (!(end = memmem(frames->buffer, frames->have, "\r\n\r\n", 4)));
    frames->next = end + 4 - frames->buffer;
    return memcmp(frames->buffer, "HTTP/1.1 101", 12) ? 4 : 0;
}

// Waits for the next text; 0 when there are no more. Answers pings.
static int frames_next(struct frames *frames) {
    for (;;) {
        unsigned char *frame = frames->buffer + frames->next;
        size_t there = frames->have - frames->next, head = 2, size = there < 2 ? 0 : frame[1] & 127;
        if (size >= 126) head = size == 126 ? 4 : 10;
        if (there >= head && head > 2) {
            size = 0;
            for (size_t i = 2; i < head; i++) size = size << 8 | frame[i];
        }
        if (there < head || there < head + size) {
            if (!read_more(frames)) return 0;
            continue;
        }
        frames->next += head + size;
        if ((frame[0] & 15) == 9) {
            unsigned char pong[6] = {0x8a, 0x80, 0, 0, 0, 0};
            if (write(frames->socket, pong, sizeof pong) < 0) return 0;
        } else {
            frames->text = (char *) frame + head;
            frames->size = size;
            return 1;
        }
    }
}

// Listens on a free loopback port, which it prints, and serves one client; -1 is an error.
static int frames_serve(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    if (bind(listener, (struct sockaddr *) &at, sizeof at) || listen(listener, 1)) return -1;
    getsockname(listener, (struct sockaddr *) &at, &size);
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    char text[2048];
    if (read(client, text, sizeof text) <= 0) return -1;
    const char *accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    return write(client, accepted, strlen(accepted)) < 0 ? -1 : client;
}

// Sends a text of 126 bytes to 64 kB that begins four bytes into the buffer; 0 is well.
static int frames_send(int client, char *buffer, int length) {
    buffer[0] = (char) 0x81;
    buffer[1] = 126;
    buffer[2] = (char) (length >> 8);
    buffer[3] = (char) length;
    return write(client, buffer, length + 4) != length + 4;
}

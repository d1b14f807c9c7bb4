// exitfloor EXITER FILE MICROS COUNT: the least that can stand between the end of a process and a client's frame. Listens on a free
// loopback port (printed), serves one WebSocket client, then starts EXITER over and over and sends a frame for each end
// seen through a pidfd in epoll.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    alarm(50);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1, count = atoi(argv[4]);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    if (bind(listener, (struct sockaddr *) &at, sizeof at) || listen(listener, 1)) return 3;
    getsockname(listener, (struct sockaddr *) &at, &size);
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    char text[2048];
    if (read(client, text, sizeof text) <= 0) return 3;
    const char *accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    if (write(client, accepted, strlen(accepted)) < 0) return 3;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < count; i++) {
        pid_t pid;
        char *child[] = {argv[1], argv[2], argv[3], NULL};
        if (posix_spawn(&pid, argv[1], NULL, NULL, child, NULL)) return 4;
        int pidfd = syscall(SYS_pidfd_open, pid, 0);
        struct epoll_event event = {.events = EPOLLIN};
        epoll_ctl(epoll, EPOLL_CTL_ADD, pidfd, &event);
        if (epoll_wait(epoll, &event, 1, 10000) != 1) return 5;
        siginfo_t info;
        waitid(P_PIDFD, pidfd, &info, WEXITED);
        int length = snprintf(text + 4, sizeof text - 4,
            "{\"specversion\":\"1.0\",\"id\":\"%d\",\"sequence\":\"%d\",\"source\":\"/vigia/floor\",\"type\":\"io.vigia.process.exited\","
            "\"subject\":\"vigia-bench/exits\",\"time\":\"2026-01-01T00:00:00.000000Z\",\"datacontenttype\":\"application/json\","
            "\"data\":{\"container\":\"main\",\"pid\":%d,\"exitCode\":%d,\"reason\":\"exited\",\"restarts\":%d}}",
            i, i, pid, info.si_status, i);
        text[0] = (char) 0x81;
        text[1] = 126;
        text[2] = (char) (length >> 8);
        text[3] = (char) length;
        if (write(client, text, length + 4) != length + 4) return 6;
        close(pidfd);
    }
    return 0;
}

// exitfloor EXITER FILE MICROS COUNT: the least that can stand between the end of a process and a client's frame. Serves one WebSocket client, then
// starts EXITER over and over and sends a frame for each end seen through a pidfd in epoll.
#include "frames.h"
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    alarm(50);
    int client = frames_serve(), count = atoi(argv[4]);
    if (client < 0) return 3;
    char text[2048];
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
        if (frames_send(client, text, length)) return 6;
        close(pidfd);
    }
    return 0;
}

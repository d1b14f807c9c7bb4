// watchfloor DIRECTORY: lists the cgroups in DIRECTORY and does for each the least that adoption asks for: a watch, its inode, and its
// cgroup.events read through a descriptor that stays open. Prints "COUNT NANOS".
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    alarm(50);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    struct timespec began, ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    int inotify = inotify_init1(IN_CLOEXEC);
    DIR *all = opendir(argv[1]);
    struct dirent *entry;
    char path[4096], text[4096];
    int count = 0;
    while ((entry = readdir(all))) {
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        struct stat status;
        if (inotify_add_watch(inotify, path, IN_MODIFY | IN_CREATE | IN_DELETE) < 0 || stat(path, &status)) return 3;
        strcat(path, "/cgroup.events");
        int events = open(path, O_RDONLY | O_CLOEXEC);
        if (events < 0 || pread(events, text, sizeof text, 0) < 0) return 4;
        count++;
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%d %lld\n", count, (ended.tv_sec - began.tv_sec) * 1000000000LL + ended.tv_nsec - began.tv_nsec);
    return 0;
}

/*
 * Becomes, or makes, one process that inherits nothing by accident, born in its cgroup.
 *
 * vigia runs on a JVM, which must not fork and cannot clone3(2): a child that shares the JVM's memory would hang. So it
 * posix_spawn(3)s this program, which has no libc and a few pages of memory, and this program makes the child with
 * clone3(CLONE_INTO_CGROUP | CLONE_PARENT): a child of vigia and not of this program, accounted to its cgroup from its first
 * instruction, without the kernel-wide lock that a write to cgroup.procs takes. Where that call is missing or
 * forbidden, this process enters the cgroup by itself and becomes the program.
 *
 * Arguments: NOFILE_SOFT NOFILE_HARD OOM_SCORE_ADJ NICE IOPRIO UID GID WORKDIR STDOUT CGROUP_DIRECTORY N TASKS_FILE*N
 * M (RESOURCE SOFT HARD)*M PROGRAM ARGUMENT... where "-" stands for "leave as it is", which for STDOUT means all three standard
 * streams; with a file for STDOUT and stderr standard input is empty. The environment is the program's own.
 *
 * Descriptor 3 is a pipe that takes records of three ints: {0, pid, 0} for the process that will be the program (it may come
 * twice), {step, index, errno} for a failure. Its end without a failure means that execve(2) succeeded.
 */
#define STATUS 3

enum step {
    STEP_PID = 0,
    STEP_ARGUMENTS = 1,
    STEP_DESCRIPTORS = 2,
    STEP_STDIN = 3,
    STEP_STDOUT = 4,
    STEP_WORKDIR = 5,
    STEP_NOFILE = 6,
    STEP_OOM_SCORE_ADJ = 7,
    STEP_NICE = 8,
    STEP_CGROUP = 9,
    STEP_CLONE = 10,
    STEP_TASKS = 11,
    STEP_SESSION = 12,
    STEP_EXEC = 13,
    STEP_IOPRIO = 14,
    STEP_RLIMIT = 15,
    STEP_USER = 16
};

enum {
    EPERM = 1,
    ENOENT = 2,
    EINTR = 4,
    EACCES = 13,
    E2BIG = 7,
    ENOTDIR = 20,
    EINVAL = 22,
    ENAMETOOLONG = 36,
    ENOSYS = 38,
    EOPNOTSUPP = 95
};

#define AT_FDCWD (-100L)
#define O_RDONLY 0L
#define O_WRONLY 01L
#define O_CREAT 0100L
#define O_APPEND 02000L
#define O_CLOEXEC 02000000L
#define O_PATH 010000000L
#define F_SETFD 2L
#define FD_CLOEXEC 1L
#define SIG_SETMASK 2L
#define PRIO_PROCESS 0L
#define IOPRIO_WHO_PROCESS 1L
#define RLIMIT_NOFILE 7L
#define CLONE_PARENT 0x8000ULL
#define CLONE_INTO_CGROUP 0x200000000ULL

#if defined(__x86_64__)
#define NR_write 1
#define NR_close 3
#define NR_rt_sigaction 13
#define NR_rt_sigprocmask 14
#define NR_getpid 39
#define NR_execve 59
#define NR_fcntl 72
#define NR_chdir 80
#define NR_umask 95
#define NR_setsid 112
#define NR_setgroups 116
#define NR_setresuid 117
#define NR_setresgid 119
#define NR_setpriority 141
#define NR_exit_group 231
#define NR_ioprio_set 251
#define NR_openat 257
#define NR_dup3 292
#define NR_prlimit64 302
#define O_DIRECTORY 0200000L

static long call(long n, long a, long b, long c, long d) {
    long result;
    register long r10 __asm__("r10") = d;
    __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
    return result;
}

__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall begin\n\thlt\n");

#elif defined(__aarch64__)
#define NR_dup3 24
#define NR_fcntl 25
#define NR_ioprio_set 30
#define NR_chdir 49
#define NR_openat 56
#define NR_close 57
#define NR_write 64
#define NR_exit_group 94
#define NR_rt_sigaction 134
#define NR_rt_sigprocmask 135
#define NR_setpriority 140
#define NR_setresuid 147
#define NR_setresgid 149
#define NR_setsid 157
#define NR_setgroups 159
#define NR_umask 166
#define NR_getpid 172
#define NR_execve 221
#define NR_prlimit64 261
#define O_DIRECTORY 040000L

static long call(long n, long a, long b, long c, long d) {
    register long x8 __asm__("x8") = n;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory", "cc");
    return x0;
}

__asm__(".globl _start\n_start:\n\tmov x29, #0\n\tmov x30, #0\n\tmov x0, sp\n\tand sp, x0, #-16\n\tbl begin\n\tbrk #0\n");

#else
#error "no system call convention for this architecture"
#endif

#define NR_clone3 435
#define NR_close_range 436

/* The test compares this with the source that is in the repository. */
__attribute__((used)) static const char source[] = "vigia-spawn source " SOURCE_SHA256;

static void report(int step, int index, long errno_negative) {
    int record[3] = {step, index, (int)-errno_negative};
    call(NR_write, STATUS, (long)record, sizeof record, 0);
}

__attribute__((noreturn)) static void end(long code) {
    for (;;) {
        call(NR_exit_group, code, 0, 0, 0);
    }
}

__attribute__((noreturn)) static void fail(int step, int index, long errno_negative) {
    report(step, index, errno_negative);
    end(127);
}

static void check(int step, int index, long result) {
    if (result < 0) {
        fail(step, index, result);
    }
}

static unsigned long length(const char *s) {
    unsigned long n = 0;
    while (s[n]) {
        n++;
    }
    return n;
}

static int left_alone(const char *s) {
    return s[0] == '-' && s[1] == 0;
}

static long number(const char *s) {
    int negative = *s == '-';
    unsigned long value = 0;
    for (s += negative; *s; s++) {
        if (*s < '0' || *s > '9') {
            fail(STEP_ARGUMENTS, 0, -EINVAL);
        }
        value = value * 10 + (unsigned long)(*s - '0');
    }
    return negative ? -(long)value : (long)value;
}

static long write_file(long directory, const char *path, const char *text) {
    long fd = call(NR_openat, directory, (long)path, O_WRONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        return fd;
    }
    long result;
    do {
        result = call(NR_write, fd, (long)text, (long)length(text), 0);
    } while (result == -EINTR);
    call(NR_close, fd, 0, 0, 0);
    return result;
}

/* Everything that the JVM opened without O_CLOEXEC: jars, and Netty's listen sockets. */
static void close_inherited(void) {
    check(STEP_DESCRIPTORS, 0, call(NR_fcntl, STATUS, F_SETFD, FD_CLOEXEC, 0));
    long result = call(NR_close_range, STATUS + 1, 0xffffffffL, 0, 0);
    if (result == -ENOSYS || result == -EPERM) { /* Linux < 5.9, or a filter that does not know it */
        unsigned long limit[2];
        check(STEP_DESCRIPTORS, 1, call(NR_prlimit64, 0, RLIMIT_NOFILE, 0, (long)limit));
        for (unsigned long fd = STATUS + 1; fd < limit[1] && fd < 1UL << 20; fd++) {
            call(NR_close, (long)fd, 0, 0, 0);
        }
        result = 0;
    }
    check(STEP_DESCRIPTORS, 2, result);
}

/* The JVM blocks and ignores some, and what is ignored stays ignored over execve(2). */
static void reset_signals(void) {
    unsigned long none = 0;
    unsigned long action[4] = {0, 0, 0, 0}; /* SIG_DFL is 0 in the kernel's layout, too */
    for (long signal = 1; signal <= 64; signal++) {
        call(NR_rt_sigaction, signal, (long)action, 0, sizeof none);
    }
    call(NR_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, sizeof none);
}

static void redirect(int step, const char *path, long flags, long target, long second_target) {
    long fd = call(NR_openat, AT_FDCWD, (long)path, flags | O_CLOEXEC, 0640);
    check(step, 0, fd);
    check(step, 0, call(NR_dup3, fd, target, 0, 0));
    if (second_target >= 0) {
        check(step, 0, call(NR_dup3, fd, second_target, 0, 0));
    }
    call(NR_close, fd, 0, 0, 0);
}

static const char *path_of(char **environment) {
    static const char name[] = "PATH=";
    for (; *environment; environment++) {
        const char *e = *environment;
        int i = 0;
        while (name[i] && e[i] == name[i]) {
            i++;
        }
        if (!name[i]) {
            return e + i;
        }
    }
    return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

/* As execvpe(3), but a file without a known format is an error and not a shell script. */
static long execute(char **command, char **environment) {
    static char candidate[4096];
    const char *program = command[0];
    unsigned long n = length(program);
    if (n == 0) {
        return -ENOENT;
    }
    for (unsigned long i = 0; i < n; i++) {
        if (program[i] == '/') {
            return call(NR_execve, (long)program, (long)command, (long)environment, 0);
        }
    }
    long result = -ENOENT;
    const char *path = path_of(environment);
    for (;;) {
        unsigned long d = 0;
        while (path[d] && path[d] != ':') {
            d++;
        }
        if (d + n + 3 > sizeof candidate) {
            return -ENAMETOOLONG;
        }
        unsigned long at = 0;
        for (; at < d; at++) {
            candidate[at] = path[at];
        }
        if (d == 0) { /* an empty entry is the working directory */
            candidate[at++] = '.';
        }
        candidate[at++] = '/';
        for (unsigned long i = 0; i <= n; i++) {
            candidate[at + i] = program[i];
        }
        long r = call(NR_execve, (long)candidate, (long)command, (long)environment, 0);
        if (r == -EACCES) {
            result = r;
        } else if (r != -ENOENT && r != -ENOTDIR) {
            return r;
        }
        if (!path[d]) {
            return result;
        }
        path += d + 1;
    }
}

/* What the arguments say of the program, and what it is to be. */
struct program {
    char **tasks;
    long tasks_count;
    char **limits;
    long limits_count;
    const char *uid;
    const char *gid;
    char **command;
    char **environment;
};

/* Only now: with fewer rights, or fewer processes allowed, what came before would fail. */
static void restrict_to(const struct program *p) {
    for (long i = 0; i < p->limits_count; i++) {
        unsigned long limit[2] = {(unsigned long)number(p->limits[3 * i + 1]), (unsigned long)number(p->limits[3 * i + 2])};
        check(STEP_RLIMIT, (int)i, call(NR_prlimit64, 0, number(p->limits[3 * i]), (long)limit, 0));
    }
    if (!left_alone(p->gid)) {
        long gid = number(p->gid);
        check(STEP_USER, 0, call(NR_setgroups, 0, 0, 0, 0));
        check(STEP_USER, 1, call(NR_setresgid, gid, gid, gid, 0));
    }
    if (!left_alone(p->uid)) {
        long uid = number(p->uid);
        check(STEP_USER, 2, call(NR_setresuid, uid, uid, uid, 0));
    }
}

__attribute__((noreturn)) static void become(const struct program *p, int new_session) {
    for (long i = 0; i < p->tasks_count; i++) {
        check(STEP_TASKS, (int)i, write_file(AT_FDCWD, p->tasks[i], "0"));
    }
    if (new_session) {
        check(STEP_SESSION, 0, call(NR_setsid, 0, 0, 0, 0));
    }
    restrict_to(p);
    fail(STEP_EXEC, 0, execute(p->command, p->environment));
}

/* 0 in the child; the caller falls back where this is not to be had. */
static long clone_into(long cgroup) {
    unsigned long long arguments[11] = {CLONE_INTO_CGROUP | CLONE_PARENT};
    arguments[10] = (unsigned long long)cgroup;
    /* exit_signal stays 0: with CLONE_PARENT the child takes over ours, which is SIGCHLD. */
    return call(NR_clone3, (long)arguments, sizeof arguments, 0, 0);
}

__attribute__((used, noreturn)) void begin(long *stack) {
    long count = stack[0];
    char **arguments = (char **)(stack + 1);
    char **environment = arguments + count + 1;

    if (count < 14) {
        fail(STEP_ARGUMENTS, (int)count, -EINVAL);
    }
    close_inherited();
    reset_signals();
    call(NR_setsid, 0, 0, 0, 0); /* an interrupt typed at vigia's terminal must not hit a half-made child */
    call(NR_umask, 022, 0, 0, 0);

    if (!left_alone(arguments[9])) {
        redirect(STEP_STDIN, "/dev/null", O_RDONLY, 0, -1);
        redirect(STEP_STDOUT, arguments[9], O_WRONLY | O_APPEND | O_CREAT, 1, 2);
    }
    if (!left_alone(arguments[8])) {
        check(STEP_WORKDIR, 0, call(NR_chdir, (long)arguments[8], 0, 0, 0));
    }
    if (!left_alone(arguments[1])) {
        unsigned long limit[2] = {(unsigned long)number(arguments[1]), (unsigned long)number(arguments[2])};
        check(STEP_NOFILE, 0, call(NR_prlimit64, 0, RLIMIT_NOFILE, (long)limit, 0));
    }
    if (!left_alone(arguments[3])) {
        check(STEP_OOM_SCORE_ADJ, 0, write_file(AT_FDCWD, "/proc/self/oom_score_adj", arguments[3]));
    }
    if (!left_alone(arguments[4])) {
        check(STEP_NICE, 0, call(NR_setpriority, PRIO_PROCESS, 0, number(arguments[4]), 0));
    }
    if (!left_alone(arguments[5])) {
        check(STEP_IOPRIO, 0, call(NR_ioprio_set, IOPRIO_WHO_PROCESS, 0, number(arguments[5]), 0));
    }

    struct program p;
    p.uid = arguments[6];
    p.gid = arguments[7];
    p.tasks_count = number(arguments[11]);
    if (p.tasks_count < 0 || count < 14 + p.tasks_count) {
        fail(STEP_ARGUMENTS, 11, -EINVAL);
    }
    p.tasks = arguments + 12;
    p.limits_count = number(p.tasks[p.tasks_count]);
    if (p.limits_count < 0 || count < 14 + p.tasks_count + 3 * p.limits_count) {
        fail(STEP_ARGUMENTS, 12, -EINVAL);
    }
    p.limits = p.tasks + p.tasks_count + 1;
    p.command = p.limits + 3 * p.limits_count;
    p.environment = environment;

    if (!left_alone(arguments[10])) {
        long cgroup = call(NR_openat, AT_FDCWD, (long)arguments[10], O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
        check(STEP_CGROUP, 0, cgroup);
        long child = clone_into(cgroup);
        if (child == 0) {
            report(STEP_PID, (int)call(NR_getpid, 0, 0, 0, 0), 0);
            become(&p, 1);
        }
        if (child > 0) {
            report(STEP_PID, (int)child, 0); /* also here: a child born into a frozen cgroup cannot say it */
            end(0);
        }
        /* Linux < 5.7, or a filter that refuses clone3 because it cannot see its flags */
        if (child != -ENOSYS && child != -EPERM && child != -EINVAL && child != -E2BIG && child != -EOPNOTSUPP) {
            fail(STEP_CLONE, 0, child);
        }
        check(STEP_CGROUP, 1, write_file(cgroup, "cgroup.procs", "0"));
        call(NR_close, cgroup, 0, 0, 0);
    }
    report(STEP_PID, (int)call(NR_getpid, 0, 0, 0, 0), 0);
    become(&p, 0);
}

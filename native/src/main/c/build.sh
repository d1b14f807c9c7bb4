#!/bin/sh
# Builds vigia-spawn for an architecture: build.sh ARCHITECTURE COMPILER OUTPUT. Without arguments, both into the resources.
# The binaries are committed so that a build needs no C compiler; a test compares the hash of the source inside them.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

build() {
    hash=$(sha256sum "$here/vigia-spawn.c" | cut -d' ' -f1)
    "$2" -DSOURCE_SHA256="\"$hash\"" -std=c11 -Os -Wall -Wextra -Werror -ffreestanding -fno-builtin -fno-stack-protector \
        -fno-asynchronous-unwind-tables -fno-unwind-tables -fcf-protection=none -fno-pie -no-pie -static -nostdlib \
        -nostartfiles -fno-ident -fno-tree-loop-distribute-patterns -Wl,--build-id=none -Wl,-z,noexecstack \
        -Wl,-z,noseparate-code -s -o "$3" "$here/vigia-spawn.c"
}

if [ $# -eq 3 ]; then
    build "$1" "$2" "$3"
else
    out="$here/../resources/io/vigia/kernel/process"
    build x86_64 x86_64-linux-gnu-gcc "$out/vigia-spawn-x86_64"
    build aarch64 aarch64-linux-gnu-gcc "$out/vigia-spawn-aarch64"
fi

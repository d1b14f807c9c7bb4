# Reads and writes past the page cache: cgroup v1 charges only these to the group.
while :; do
    dd if=/dev/zero of="$1" bs=64k count=8 oflag=direct
    dd if="$1" of=/dev/null bs=64k iflag=direct
    sleep 0.5
done 2>/dev/null

# Run in a network namespace of its own: bytes that go out through an interface of the process' own.
ip link add v0 type veth peer name v1
ip addr add 192.0.2.1/24 dev v0
ip link set v0 up
ip link set v1 up
while :; do
    echo hello >/dev/udp/192.0.2.9/9
    sleep 0.5
done

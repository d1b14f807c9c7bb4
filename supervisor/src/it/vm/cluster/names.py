"""The cluster's DNS for one Service, vigia in the namespace vigia, which is at the address given: no CoreDNS is in Debian."""
import socket
import sys

NAME = b"\5vigia\5vigia\3svc\7cluster\5local\0"

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((sys.argv[1], 53))
while True:
    query, client = server.recvfrom(512)
    end = query.index(b"\0", 12) + 5
    known = query[12:end - 4].lower() == NAME
    is_a = query[end - 4:end - 2] == b"\0\1"
    answer = b"\xc0\x0c\0\1\0\1\0\0\0\x1e\0\4" + socket.inet_aton(sys.argv[1]) if known and is_a else b""
    flags = b"\x81\x80" if known else b"\x81\x83"
    counts = b"\0\1" + (b"\0\1" if answer else b"\0\0") + b"\0\0\0\0"
    server.sendto(query[:2] + flags + counts + query[12:end] + answer, client)

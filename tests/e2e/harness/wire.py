"""Prints every packet that leaves a socket in this network namespace, a line of JSON for each.

Needs the right to raw packets, which root of the namespace has. Loopback shows each packet twice:
only the outgoing side counts. A line: {"at", "device", "protocol", "to", "port", "syn", "data"},
`at` in milliseconds of the system's clock, `data` what was sent, in base64.
"""

import base64
import json
import socket
import struct
import sys
import time

EVERYTHING = 3
OUTGOING = 4
IPV4, IPV6 = 0x0800, 0x86DD
PROTOCOLS = {6: "tcp", 17: "udp"}


def network_layer(kind, packet):
    """Protocol, address and payload of an IP packet."""
    if kind == IPV4:
        length = (packet[0] & 15) * 4
        total = struct.unpack("!H", packet[2:4])[0]
        return packet[9], socket.inet_ntoa(packet[16:20]), packet[length:total]
    return packet[6], socket.inet_ntop(socket.AF_INET6, packet[24:40]), packet[40:]


def line(device, protocol, to, rest):
    """What is told of a packet."""
    is_tcp = PROTOCOLS[protocol] == "tcp"
    data = rest[(rest[12] >> 4) * 4 :] if is_tcp else rest[8:]
    return json.dumps({
        "at": time.time() * 1000,
        "device": device,
        "protocol": PROTOCOLS[protocol],
        "to": to,
        "port": struct.unpack("!H", rest[2:4])[0],
        "syn": is_tcp and bool(rest[13] & 2),
        "data": base64.b64encode(data).decode(),
    })


def main():
    """Prints until it is ended."""
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERYTHING))
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
    print("listening", flush=True)
    while True:
        packet, (device, kind, direction, *_) = wire.recvfrom(1 << 17)
        if direction == OUTGOING and kind in (IPV4, IPV6):
            protocol, to, rest = network_layer(kind, packet)
            if protocol in PROTOCOLS:
                print(line(device, protocol, to, rest), flush=True)


if __name__ == "__main__":
    sys.exit(main())

# Runs for ZoneServer.swift.

import ipaddress, os, re, select, shlex, socket, struct, sys, threading

TYPES = {"A": 1, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
WRONG = {"SERVFAIL": 2, "REFUSED": 5, "SILENCE": None}

def wire(name):
    name = name.strip(".")
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".") if part) + b"\0"

def content(kind, words):
    if kind in ("A", "AAAA"): return ipaddress.ip_address(words[0]).packed
    if kind == "MX": return struct.pack(">H", int(words[0])) + wire(words[1])
    if kind == "TXT":
        strings = [word.encode() for word in words]
        parts = [s[i:i + 255] for s in strings for i in range(0, max(1, len(s)), 255)]
        return b"".join(bytes([len(part)]) + part for part in parts)
    return wire(words[0])

records, wrong = {}, {}
for line in open(sys.argv[1]):
    words = shlex.split(line)
    if not words: continue
    name, kind = words[0].lower().strip("."), words[1]
    if kind in WRONG: wrong[name] = WRONG[kind]
    else: records.setdefault(name, []).append((kind, content(kind, words[2:]), words[2:]))
log = open(sys.argv[2], "a", buffering=1)

def answer(query, limit):
    position, labels = 12, []
    while query[position]:
        labels.append(query[position + 1:position + 1 + query[position]].decode())
        position += 1 + query[position]
    question = query[12:position + 5]
    kind = struct.unpack(">H", query[position + 1:position + 3])[0]
    name = ".".join(labels).lower()
    log.write("%s %s\n" % (name, next((k for k, v in TYPES.items() if v == kind), kind)))
    code, found = 0, []
    while True:
        if name in wrong:
            if wrong[name] is None: return None
            code = wrong[name]
            break
        here = records.get(name, [])
        if not here and not any(other.endswith("." + name) for other in records):
            code = 3
            break
        alias = [r for r in here if r[0] == "CNAME"]
        for each in here:
            if TYPES[each[0]] == kind or each[0] == "CNAME":
                found.append(wire(name) + struct.pack(">HHIH", TYPES[each[0]], 1, 60, len(each[1])) + each[1])
        if not alias or kind == 5: break
        name = alias[0][2][0].lower().strip(".")
    head = lambda flags, count: query[:2] + struct.pack(">HHHHH", 0x8580 | flags, 1, count, 0, 0)
    whole = head(code, len(found)) + question + b"".join(found)
    return whole if len(whole) <= limit else head(0x200, 0) + question

def serve(connection):
    with connection:
        while True:
            size = connection.recv(2, socket.MSG_WAITALL)
            if len(size) < 2: return
            reply = answer(connection.recv(struct.unpack(">H", size)[0], socket.MSG_WAITALL), 65535)
            if reply is not None: connection.sendall(struct.pack(">H", len(reply)) + reply)

while True:
    stream = socket.socket()
    stream.bind(("127.0.0.1", 0))
    packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        packets.bind(stream.getsockname())
        break
    except OSError:
        stream.close()
stream.listen(20)
print(stream.getsockname()[1], flush=True)
while True:
    ready, _, _ = select.select([0, stream, packets], [], [])
    if 0 in ready: os._exit(0)
    if packets in ready:
        query, client = packets.recvfrom(4096)
        try: reply = answer(query, 512)
        except (IndexError, struct.error): continue
        if reply is not None: packets.sendto(reply, client)
    if stream in ready: threading.Thread(target=serve, args=(stream.accept()[0],), daemon=True).start()

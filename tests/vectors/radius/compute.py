#!/usr/bin/env python3
"""Writes computed.txt: digests and hidden values by hashlib, so that ours are compared with those of another make."""
import hashlib
import hmac
import random

rng = random.Random(2865)
lines = ["# Written by compute.py. KIND then fields in hexadecimal; what each kind has stands in VectorTests."]


def octets(n):
    return bytes(rng.randrange(256) for _ in range(n))


def add(kind, *fields):
    lines.append(" ".join([kind, *(f.hex() or "-" for f in fields)]))


def cover(plain, secret, first):
    out = b""
    key = hashlib.md5(secret + first).digest()
    for i in range(0, len(plain), 16):
        block = bytes(x ^ y for x, y in zip(plain[i:i + 16], key))
        out += block
        key = hashlib.md5(secret + block).digest()
    return out


def pad(plain):
    return plain + bytes(-len(plain) % 16)


for n in (0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 1000):
    message = octets(n)
    add("md5", message, hashlib.md5(message).digest())
for n in (1, 16, 63, 64, 65, 255):
    secret, message = octets(n), octets(n * 3 % 200)
    add("hmac", secret, message, hmac.new(secret, message, "md5").digest())
for n in (0, 1, 15, 16, 17, 127, 128):
    secret, authenticator, password = octets(11), octets(16), bytes(rng.randrange(1, 256) for _ in range(n))
    add("password", secret, authenticator, password, cover(pad(password) or bytes(16), secret, authenticator))
for n in (0, 1, 14, 15, 16, 31, 32, 239):
    secret, authenticator, value = octets(9), octets(16), octets(n)
    salt = bytes([0x80 | rng.randrange(128), rng.randrange(256)])
    add("salted", secret, authenticator, value, salt + cover(pad(bytes([n]) + value), secret, authenticator + salt))
for code in (4, 40, 43):
    for with_authenticator in (False, True):
        secret = octets(12)
        body = b"\x01\x07alice" + (b"\x50\x12" + bytes(16) if with_authenticator else b"") + b"\x2c\x05abc"
        head = bytes([code, 77]) + (20 + len(body)).to_bytes(2, "big")
        if with_authenticator:
            mac = hmac.new(secret, head + bytes(16) + body, "md5").digest()
            body = body.replace(bytes(16), mac)
        add("request", secret, head + hashlib.md5(head + bytes(16) + body + secret).digest() + body)

with open(__file__.replace("compute.py", "computed.txt"), "w", encoding="ascii") as file:
    file.write("\n".join(lines) + "\n")

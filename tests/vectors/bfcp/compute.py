#!/usr/bin/env python3
"""Writes libre.txt: messages of floor control as libre (Debian: libre0) writes them, so that ours are compared with those of another make."""
import ctypes as c

re = c.CDLL("libre.so.0")


class Mbuf(c.Structure):
    _fields_ = [("buf", c.POINTER(c.c_uint8)), ("size", c.c_size_t), ("pos", c.c_size_t), ("end", c.c_size_t)]


class Status(c.Structure):
    _fields_ = [("status", c.c_int), ("position", c.c_uint8)]


class Error(c.Structure):
    _fields_ = [("code", c.c_int), ("details", c.POINTER(c.c_uint8)), ("length", c.c_size_t)]


class Supported(c.Structure):
    _fields_ = [("values", c.POINTER(c.c_int)), ("count", c.c_size_t)]


re.mbuf_alloc.restype = c.POINTER(Mbuf)
kept = []


def keep(value):
    kept.append(value)
    return c.cast(c.pointer(value), c.c_void_p)


def number(type_, value, *inner):
    return [(type_, len(inner), keep(c.c_uint16(value)))] + [part for group in inner for part in group]


def status(value, position=0):
    return [(5, 0, keep(Status(value, position)))]


def text(type_, words):
    buffer = c.create_string_buffer(words.encode())
    kept.append(buffer)
    return [(type_, 0, c.cast(buffer, c.c_void_p))]


def error(code, details=b""):
    octets = (c.c_uint8 * max(1, len(details)))(*details)
    kept.append(octets)
    return [(6, 0, keep(Error(code, c.cast(octets, c.POINTER(c.c_uint8)), len(details))))]


def supported(type_, values):
    array = (c.c_int * len(values))(*values)
    kept.append(array)
    return [(type_, 0, keep(Supported(array, len(values))))]


def message(name, version, answers, primitive, conference, transaction, user, *attributes):
    buffer = re.mbuf_alloc(512)
    arguments = []
    for type_, count, value in [part for attribute in attributes for part in attribute]:
        arguments += [c.c_int(type_), c.c_uint(count), value]
    failed = re.bfcp_msg_encode(
        buffer, c.c_uint8(version), c.c_bool(answers), c.c_int(primitive), c.c_uint32(conference), c.c_uint16(transaction), c.c_uint16(user), c.c_uint(len(attributes)), *arguments)
    assert not failed, name
    print(name, bytes(buffer.contents.buf[:buffer.contents.end]).hex(), file=out)


def information(request, state, user, *more):
    return number(15, request, number(18, request, status(state)), number(17, 1, status(state)), number(14, user, *more))


with open("libre.txt", "w", encoding="ascii") as out:
    print("# Written by compute.py. NAME and octets in hexadecimal; what each is to say stands in BfcpMessageTests.", file=out)
    message("floor-request", 2, False, 1, 0x01020304, 1, 7, number(2, 1))
    message("floor-request-stream", 1, False, 1, 0x01020304, 1, 7, number(2, 1))
    message("floor-request-for-another", 2, False, 1, 0x01020304, 2, 7, number(2, 1), number(1, 9), text(8, "slides"))
    message("floor-release", 2, False, 2, 0x01020304, 3, 7, number(3, 12))
    message("floor-request-query", 2, False, 3, 0x01020304, 4, 7, number(3, 12))
    message("floor-request-status-granted", 2, True, 4, 0x01020304, 1, 7, information(12, 3, 7, text(12, "Boardroom"), text(13, "sip:room@albion.example")))
    message("floor-request-status-revoked", 2, False, 4, 0x01020304, 900, 7, information(12, 7, 7))
    message("user-query", 2, False, 5, 0x01020304, 5, 7)
    message("user-status", 2, True, 6, 0x01020304, 5, 7, number(14, 7, text(12, "Boardroom")), information(12, 1, 7))
    message("floor-query", 2, False, 7, 0x01020304, 6, 7, number(2, 1))
    message("floor-status", 2, True, 8, 0x01020304, 6, 7, number(2, 1), information(13, 3, 9, text(12, "Zo\u00eb")))
    message("hello", 2, False, 11, 0x01020304, 7, 7)
    message("hello-ack", 2, True, 12, 0x01020304, 7, 7, supported(11, [1, 2, 3, 4, 11, 12, 13]), supported(10, [1, 2, 3, 5]))
    message("error-user", 2, True, 13, 0x01020304, 8, 7, error(2), text(7, "who?"))
    message("error-mandatory", 2, True, 13, 0x01020304, 9, 7, error(4, bytes([0x40 << 1 & 0xFF, 0x26])))
    message("floor-request-status-ack", 2, True, 14, 0x01020304, 900, 7)
    message("goodbye", 2, False, 16, 0x01020304, 10, 7)

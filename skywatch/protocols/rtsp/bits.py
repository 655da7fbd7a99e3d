"""Reading a NAL unit bit by bit: fixed fields and exp-Golomb codes (H.264 and H.265, clause 9). No meanings here."""


class OutOfBits(ValueError):
    """The unit ended within a field, or a code is longer than any real one."""


class Bits:
    """Reads `data` (a NAL unit from which `unescape` took the emulation prevention) from its first bit."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        """The next `count` bits as an unsigned number."""
        if count > self._left:
            raise OutOfBits
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def flag(self) -> bool:
        return self.take(1) == 1

    def ue(self) -> int:
        """ue(v)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise OutOfBits
        return (1 << zeros) - 1 + self.take(zeros)

    def se(self) -> int:
        """se(v)."""
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def unescape(nal: bytes, limit: int = 1024) -> bytes:
    """The first `limit` bytes of a NAL unit without emulation prevention (00 00 03 -> 00 00)."""
    return nal[:limit].replace(b"\x00\x00\x03", b"\x00\x00")

"""Writing the JPEG header that RFC 2435 leaves out of its packets: tables and segments. No packets here."""

import struct
from collections.abc import Sequence

_LUMA = bytes([
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
    60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113,
    121, 112, 100, 120, 92, 101, 103, 99,
])  # fmt: skip
_CHROMA = bytes([
    17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99,
])  # fmt: skip
"""RFC 2435, appendix A, which is ITU-T T.81, K.1, in zigzag order."""

_DC_LUMA = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, *range(12)])
_DC_CHROMA = bytes([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, *range(12)])
_AC_LUMA = bytes.fromhex(
    "0002010303020403050504040000017d"
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a"
    "434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9"
    "aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
)
_AC_CHROMA = bytes.fromhex(
    "00020102040403040705040400010277"
    "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a3536373839"
    "3a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7"
    "a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"
)
"""RFC 2435, appendix B, which is ITU-T T.81, K.3."""


def standard_tables(quality: int) -> tuple[bytes, bytes]:
    """The quantization tables of Q 1..99 (RFC 2435, 4.2 and appendix A)."""
    factor = min(99, max(1, quality))
    scale = 5000 // factor if factor < 50 else 200 - factor * 2
    luma, chroma = (bytes(min(255, max(1, (x * scale + 50) // 100)) for x in table) for table in (_LUMA, _CHROMA))
    return luma, chroma


def header(width: int, height: int, halved: bool, tables: Sequence[bytes], restart: int) -> bytes:
    """Everything from SOI to the scan. `halved`: chroma at half the height too (4:2:0, else 4:2:2); `tables` are one to
    three, of 64 bytes or, at 16 bits, 128; `restart` is the restart interval in MCUs, 0 for none."""
    segments = [b"\xff\xd8"]
    for number, table in enumerate(tables):
        segments.append(_segment(0xDB, bytes([(0x10 if len(table) > 64 else 0) | number]) + table))
    if restart:
        segments.append(_segment(0xDD, struct.pack("!H", restart)))
    chroma = 1 if len(tables) > 1 else 0
    last = 2 if len(tables) > 2 else chroma
    sampling = 0x22 if halved else 0x21
    components = bytes([1, sampling, 0, 2, 0x11, chroma, 3, 0x11, last])
    segments.append(_segment(0xC0, struct.pack("!BHHB", 8, height, width, 3) + components))
    for kind, huffman in ((0x00, _DC_LUMA), (0x10, _AC_LUMA), (0x01, _DC_CHROMA), (0x11, _AC_CHROMA)):
        segments.append(_segment(0xC4, bytes([kind]) + huffman))
    segments.append(_segment(0xDA, bytes([3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0])))
    return b"".join(segments)


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack("!BBH", 0xFF, marker, len(content) + 2) + content

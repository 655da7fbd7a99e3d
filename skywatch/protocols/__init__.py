"""Wire formats. They know no cameras and no verdicts; every failure is a `ProtocolError` with a code."""

"""Which NCT numbers came in a run, in 12.5 MB however many they are."""

from registries.ctgov.reading import RecordError


class Numbers:
    """A set of NCT numbers, one bit for each of the hundred million possible."""

    def __init__(self) -> None:
        self._bits = bytearray(100_000_000 // 8)

    def add(self, nct_id: str) -> None:
        """Note a number; RecordError when it came before in the same run."""
        byte, bit = divmod(int(nct_id[3:]), 8)
        if self._bits[byte] >> bit & 1:
            raise RecordError(nct_id, "", "the same number came earlier in this source")
        self._bits[byte] |= 1 << bit

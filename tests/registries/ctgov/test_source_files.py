"""Sources: every shape gives the same records, byte for byte, and a broken one gives what can be had."""

import gzip
import io
import json
import tracemalloc
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.ctgov import source_files
from registries.ctgov.parser import RecordError, read_study
from registries.ctgov.source_files import RawRecord, SourceError, iter_records

ONE, TWO, THREE = (
    b'{"protocolSection":{"identificationModule":{"nctId":"NCT9000000%d"}}}' % number for number in (1, 2, 3)
)
BROKEN_GZIP = "the source breaks off: the gzip data is cut off"
CUT_OFF = "the data ends before the record"


def found_in(content: bytes) -> list[RawRecord]:
    return list(iter_records(io.BytesIO(content)))


def records_of(content: bytes) -> list[bytes]:
    found = found_in(content)
    assert not any(raw.problem for raw in found)
    return [raw.received for raw in found]


def spread(*records: bytes) -> bytes:
    return b"\n".join(json.dumps(json.loads(record), indent=2).encode() for record in records) + b"\n"


SHAPES = {
    "lines": b"\n".join([ONE, TWO, THREE]),
    "lines with ends, blanks and carriage returns": b"\n" + ONE + b"\r\n\r\n" + TWO + b"\n" + THREE + b"\n",
    "lines after a byte order mark": b"\xef\xbb\xbf" + b"\n".join([ONE, TWO, THREE]),
    "array": b"[" + b",".join([ONE, TWO, THREE]) + b"]",
    "array over lines": b" \n[\n  " + b",\n  ".join([ONE, TWO, THREE]) + b"\n]\n",
    "page": b'{"totalCount":3,"studies":[' + b",".join([ONE, TWO, THREE]) + b'],"nextPageToken":"next"}',
    "page over lines": b'{\n  "studies" : [\n'
    + b",\n".join([ONE, TWO, THREE])
    + b'\n ],\n  "nextPageToken": "[,]"\n}\n',
}


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_every_shape_gives_the_records_own_bytes(content, pack):
    assert records_of(pack(content)) == [ONE, TWO, THREE]


def test_studies_over_many_lines_are_cut_apart():
    first, second = (spread(record).strip() for record in (ONE, TWO))
    assert records_of(spread(ONE)) == [first]
    assert records_of(spread(ONE, TWO)) == [first, second]


def test_a_study_on_one_line_is_one_record():
    assert records_of(ONE) == [ONE]


@pytest.mark.parametrize(
    "content", [b"", b" \n\n", b"[]", b'{"studies":[],"totalCount":0}', gzip.compress(b"", mtime=0)]
)
def test_a_source_without_records_has_no_problem(content):
    assert found_in(content) == []


def test_gzip_files_behind_one_another_are_one_source():
    assert records_of(gzip.compress(ONE + b"\n") + gzip.compress(TWO) + b"\0" * 40) == [ONE, TWO]


def test_numbers_keep_their_spelling():
    record = b'{"x":[1.0,12.50,1e5,-0,12345678901234567890]}'
    assert records_of(b"[" + record + b"]") == [record]


def test_a_place_names_the_file_and_the_record(tmp_path):
    lines, page = tmp_path / "studies.ndjson.gz", tmp_path / "page.json"
    lines.write_bytes(gzip.compress(ONE + b"\n\n" + TWO))
    page.write_bytes(SHAPES["page"])
    assert [raw.place for raw in iter_records(lines)] == ["studies.ndjson.gz line 1", "studies.ndjson.gz line 3"]
    assert [raw.place for raw in iter_records(str(page))][2] == "page.json studies[2]"
    assert [raw.nct_id for raw in iter_records(page)] == ["NCT90000001", "NCT90000002", "NCT90000003"]
    assert [raw.place for raw in found_in(SHAPES["array"])][:1] == ["standard input [0]"]


def test_the_invented_files_hold_what_they_say(own_folder, own_records):
    assert [raw.received for raw in iter_records(own_folder / "studies.ndjson")] == own_records
    assert [raw.nct_id for raw in iter_records(own_folder / "page.json")] == ["NCT90000008", "NCT90000009"]
    assert [raw.nct_id for raw in iter_records(own_folder / "pretty.json")] == ["NCT90000002"]


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"gone\.json: No such file or directory\."):
        next(iter_records(tmp_path / "gone.json"))
    with pytest.raises(SourceError, match="Is a directory"):
        next(iter_records(tmp_path))


def test_a_bad_line_is_one_bad_record():
    places = [(raw.place, raw.received) for raw in found_in(ONE[:40] + b"\nnope\n" + TWO)]
    assert places == [
        ("standard input line 1", ONE[:40]),
        ("standard input line 2", b"nope"),
        ("standard input line 3", TWO),
    ]


def test_a_bad_entry_of_a_list_is_one_bad_record():
    entries = [b"5", b'"a,]\\"b"', b"null", b'{"a":nope}', b"[[]]", b'{"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}"]
    found = [raw.received for raw in found_in(b"[" + b", ".join([*entries, ONE]) + b"]")]
    assert found == [*entries, ONE]
    for entry in entries:
        with pytest.raises(RecordError):
            read_study(entry)


@pytest.mark.parametrize("shape", ["array", "page", "array over lines"])
def test_a_list_that_is_cut_off_gives_what_is_whole_and_then_says_so(shape):
    whole = SHAPES[shape]
    *good, rest = found_in(whole[: whole.index(THREE) + 20])
    assert [raw.received for raw in good] == [ONE, TWO]
    assert (rest.received, rest.problem) == (THREE[:20], CUT_OFF)


def test_a_list_without_its_end_says_so():
    assert found_in(b"[" + ONE)[-1] == RawRecord("standard input [1]", b"", CUT_OFF)
    assert found_in(b"[")[0].problem == CUT_OFF


def test_a_study_over_many_lines_that_is_cut_off_says_so():
    content = spread(ONE)[:-5].rstrip()
    assert found_in(content) == [RawRecord("standard input record 1", content, CUT_OFF)]


def test_a_gzip_file_that_is_cut_off_gives_what_is_whole_and_then_says_so(own_records):
    packed = gzip.compress(b"\n".join(own_records))
    *good, rest = found_in(packed[:-3000])
    assert len(good) > 5
    assert [raw.received for raw in good] == own_records[: len(good)]
    assert (rest.place, rest.problem) == (f"standard input line {len(good) + 1}", BROKEN_GZIP)
    assert own_records[len(good)].startswith(rest.received)


def test_a_gzip_file_cut_off_between_records_says_so_too():
    packed = gzip.compress(ONE + b"\n")[:-8]
    assert found_in(packed) == [
        RawRecord("standard input line 1", ONE),
        RawRecord("standard input line 2", b"", BROKEN_GZIP),
    ]


def test_a_gzip_file_cut_off_behind_a_study_over_many_lines_says_so_too():
    found = found_in(gzip.compress(spread(ONE))[:-8])
    assert found == [
        RawRecord("standard input record 1", spread(ONE).strip()),
        RawRecord("standard input record 2", b"", BROKEN_GZIP),
    ]


def test_what_stands_behind_a_study_over_many_lines_is_not_passed_over():
    found = found_in(spread(ONE) + b"] and more")
    assert [(raw.received, raw.problem) for raw in found] == [(spread(ONE).strip(), ""), (b"] and more", CUT_OFF)]


def test_a_damaged_gzip_file_says_so():
    packed = bytearray(gzip.compress(ONE))
    packed[-6] ^= 255
    assert found_in(bytes(packed))[-1].problem.startswith("the source breaks off: ")


def test_a_stream_that_fails_says_so():
    class Failing(io.BytesIO):
        def read(self, size=-1):
            return super().read(size) or self.fail()

        def fail(self):
            raise OSError("the disk is gone")

    found = list(iter_records(Failing(ONE + b"\n" + TWO[:30])))
    assert [raw.problem for raw in found] == ["", "the source breaks off: the disk is gone"]


def test_a_record_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(source_files, "MAX_RECORD_BYTES", 3_000_000)
    long = b'{"x":"' + b"a" * 5_000_000 + b'"}'
    in_list = found_in(b"[" + ONE + b"," + long + b"," + TWO + b"]")
    assert [raw.problem for raw in in_list] == ["", "longer than 3,000,000 bytes"]
    in_lines = found_in(b"\n".join([ONE, long, TWO]))
    assert [raw.problem for raw in in_lines] == ["", "longer than 3,000,000 bytes", ""]
    assert in_lines[2].received == TWO


class Endless(io.RawIOBase):
    """A file of some 60 MB that is nowhere."""

    def __init__(self, opening: bytes, record: bytes, size: int):
        self.pieces = iter([opening, *[record * 10] * (size // len(record) // 10)])

    def read(self, size=-1):
        return next(self.pieces, b"")


@pytest.mark.parametrize(("opening", "separator"), [(b"\n", b"\n"), (b"[", b","), (b'{"studies":[', b",\n")])
def test_memory_stays_flat(opening, separator, own_records):
    record = own_records[12] + separator
    tracemalloc.start()
    count = sum(1 for raw in iter_records(Endless(opening, record, 60_000_000)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 3_600
    assert peak < 8_000_000


@given(
    records=st.lists(
        st.sampled_from([ONE, b'{"a":"[{\\\\\\"]},"}', b"{}", b'{"a":[{},[[]],"\\""]}', b"[1]"]), max_size=6
    ),
    sizes=st.lists(st.integers(1, 40), min_size=1),
)
def test_where_blocks_end_does_not_matter(records, sizes):
    content = b" , ".join(records) + b"]"
    assert list(source_files.iter_json_values(blocks_of(content, sizes), in_list=True)) == records
    lines = list(source_files.iter_lines(blocks_of(b"\n".join(records), sizes)))
    assert lines == (records or [b""])


def blocks_of(content: bytes, sizes: list[int]) -> Iterable[bytes]:
    start = 0
    while start < len(content):
        for size in sizes:
            yield content[start : start + size]
            start += size

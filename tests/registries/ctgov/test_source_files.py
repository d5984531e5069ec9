"""Reading sources: every format gives the exact records, and a damaged one its complete records and a problem."""

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


def raw_records(content: bytes) -> list[RawRecord]:
    return list(iter_records(io.BytesIO(content)))


def records_of(content: bytes) -> list[bytes]:
    raws = raw_records(content)
    assert not any(raw.problem for raw in raws)
    return [raw.received for raw in raws]


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
def test_every_format_gives_the_exact_bytes_of_each_record(content, pack):
    assert records_of(pack(content)) == [ONE, TWO, THREE]


def test_studies_over_several_lines_are_separated():
    first, second = (spread(record).strip() for record in (ONE, TWO))
    assert records_of(spread(ONE)) == [first]
    assert records_of(spread(ONE, TWO)) == [first, second]


def test_a_study_on_one_line_is_one_record():
    assert records_of(ONE) == [ONE]


@pytest.mark.parametrize(
    "content", [b"", b" \n\n", b"[]", b'{"studies":[],"totalCount":0}', gzip.compress(b"", mtime=0)]
)
def test_a_source_without_records_has_no_problem(content):
    assert raw_records(content) == []


def test_concatenated_gzip_files_are_one_source():
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
    assert [raw.place for raw in raw_records(SHAPES["array"])][:1] == ["standard input [0]"]


def test_the_invented_files_have_the_expected_records(own_folder, own_records):
    assert [raw.received for raw in iter_records(own_folder / "studies.ndjson")] == own_records
    assert [raw.nct_id for raw in iter_records(own_folder / "page.json")] == ["NCT90000008", "NCT90000009"]
    assert [raw.nct_id for raw in iter_records(own_folder / "pretty.json")] == ["NCT90000002"]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"gone\.json: No such file or directory\."):
        next(iter_records(tmp_path / "gone.json"))
    with pytest.raises(SourceError, match="Is a directory"):
        next(iter_records(tmp_path))


def test_an_invalid_line_is_one_invalid_record():
    places = [(raw.place, raw.received) for raw in raw_records(ONE[:40] + b"\nnope\n" + TWO)]
    assert places == [
        ("standard input line 1", ONE[:40]),
        ("standard input line 2", b"nope"),
        ("standard input line 3", TWO),
    ]


def test_an_invalid_entry_of_a_list_is_one_invalid_record():
    entries = [b"5", b'"a,]\\"b"', b"null", b'{"a":nope}', b"[[]]", b'{"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}"]
    raws = [raw.received for raw in raw_records(b"[" + b", ".join([*entries, ONE]) + b"]")]
    assert raws == [*entries, ONE]
    for entry in entries:
        with pytest.raises(RecordError):
            read_study(entry)


@pytest.mark.parametrize("shape", ["array", "page", "array over lines"])
def test_a_truncated_list_gives_complete_records_and_a_problem(shape):
    whole = SHAPES[shape]
    *good, rest = raw_records(whole[: whole.index(THREE) + 20])
    assert [raw.received for raw in good] == [ONE, TWO]
    assert (rest.received, rest.problem) == (THREE[:20], CUT_OFF)


def test_a_list_without_its_end_has_a_problem():
    assert raw_records(b"[" + ONE)[-1] == RawRecord("standard input [1]", b"", CUT_OFF)
    assert raw_records(b"[")[0].problem == CUT_OFF


def test_a_truncated_study_over_several_lines_has_a_problem():
    content = spread(ONE)[:-5].rstrip()
    assert raw_records(content) == [RawRecord("standard input record 1", content, CUT_OFF)]


def test_a_truncated_gzip_file_gives_complete_records_and_a_problem(own_records):
    packed = gzip.compress(b"\n".join(own_records))
    *good, rest = raw_records(packed[:-3000])
    assert len(good) > 5
    assert [raw.received for raw in good] == own_records[: len(good)]
    assert (rest.place, rest.problem) == (f"standard input line {len(good) + 1}", BROKEN_GZIP)
    assert own_records[len(good)].startswith(rest.received)


def test_a_gzip_file_truncated_between_records_has_a_problem():
    packed = gzip.compress(ONE + b"\n")[:-8]
    assert raw_records(packed) == [
        RawRecord("standard input line 1", ONE),
        RawRecord("standard input line 2", b"", BROKEN_GZIP),
    ]


def test_a_gzip_file_truncated_after_a_study_over_several_lines_has_a_problem():
    raws = raw_records(gzip.compress(spread(ONE))[:-8])
    assert raws == [
        RawRecord("standard input record 1", spread(ONE).strip()),
        RawRecord("standard input record 2", b"", BROKEN_GZIP),
    ]


def test_data_after_a_study_over_several_lines_is_not_ignored():
    raws = raw_records(spread(ONE) + b"] and more")
    assert [(raw.received, raw.problem) for raw in raws] == [(spread(ONE).strip(), ""), (b"] and more", CUT_OFF)]


def test_a_damaged_gzip_file_has_a_problem():
    packed = bytearray(gzip.compress(ONE))
    packed[-6] ^= 255
    assert raw_records(bytes(packed))[-1].problem.startswith("the source breaks off: ")


def test_a_failing_stream_has_a_problem():
    class Failing(io.BytesIO):
        def read(self, size=-1):
            return super().read(size) or self.fail()

        def fail(self):
            raise OSError("the disk is gone")

    raws = list(iter_records(Failing(ONE + b"\n" + TWO[:30])))
    assert [raw.problem for raw in raws] == ["", "the source breaks off: the disk is gone"]


def test_a_record_over_the_size_limit_is_truncated(monkeypatch):
    monkeypatch.setattr(source_files, "MAX_RECORD_BYTES", 3_000_000)
    long = b'{"x":"' + b"a" * 5_000_000 + b'"}'
    in_list = raw_records(b"[" + ONE + b"," + long + b"," + TWO + b"]")
    assert [raw.problem for raw in in_list] == ["", "longer than 3,000,000 bytes"]
    in_lines = raw_records(b"\n".join([ONE, long, TWO]))
    assert [raw.problem for raw in in_lines] == ["", "longer than 3,000,000 bytes", ""]
    assert in_lines[2].received == TWO


class Endless(io.RawIOBase):
    """A generated stream of about 60 MB."""

    def __init__(self, opening: bytes, record: bytes, size: int):
        self.pieces = iter([opening, *[record * 10] * (size // len(record) // 10)])

    def read(self, size=-1):
        return next(self.pieces, b"")


@pytest.mark.parametrize(("opening", "separator"), [(b"\n", b"\n"), (b"[", b","), (b'{"studies":[', b",\n")])
def test_memory_does_not_grow_with_the_source(opening, separator, own_records):
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
def test_block_boundaries_do_not_matter(records, sizes):
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

"""YAML as plain text with line numbers, bounded whatever the file holds."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skywatch.config.document import MAX_BYTES, dotted, parse, read
from skywatch.config.mistakes import Findings


def parsed(text: str) -> tuple[Any, list[str]]:
    """(plain values or None, what is wrong)."""
    findings = Findings("x.yaml")
    node = parse(text, findings)
    return (None if node is None else node.plain), [str(mistake) for mistake in findings.mistakes]


def test_every_scalar_stays_the_text_that_was_written() -> None:
    plain, wrong = parsed("a: no\nb: 1:30\nc: 0123\nd: 37039915001320000001\ne: 2026-01-31\nf: 1_000\ng: yes\n")
    assert plain == {
        "a": "no", "b": "1:30", "c": "0123", "d": "37039915001320000001", "e": "2026-01-31", "f": "1_000", "g": "yes",
    }  # fmt: skip
    assert wrong == []


def test_nothing_is_none_unless_it_is_quoted() -> None:
    assert parsed("a:\nb: ~\nc: null\nd: ''\ne: 'null'\n") == (
        {"a": None, "b": None, "c": None, "d": "", "e": "null"},
        [],
    )


def test_lines_are_those_of_the_keys() -> None:
    findings = Findings("x.yaml")
    node = parse("a: 1\n\nb:\n  - c: 1\n    d: 2\n  - {c: 3,\n     e: 4}\n", findings)
    assert node is not None
    assert [node.line_of(path) for path in (("a",), ("b",), ("b", 0, "d"), ("b", 1), ("b", 1, "e"))] == [1, 3, 5, 6, 7]
    assert node.line_of(("b", 1, "missing")) == 6
    assert node.line_of(("b", 7, "c")) == 3


def test_an_alias_is_what_it_stands_for() -> None:
    assert parsed("a: &x {b: 1}\nc: *x\n")[0] == {"a": {"b": "1"}, "c": {"b": "1"}}


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert parsed("# nothing\n") == ({}, [])


def bomb(width: int = 10, depth: int = 9) -> str:
    lines = [f"a0: &a0 [{','.join('x' * width)}]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * width)}]" for n in range(1, depth)]
    return "\n".join(lines)


TAG = "tags have no meaning here (write the value without it)"
TAB = "is no YAML: found character that cannot start any token (indent with blanks, not with tabs)"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("a: 1\nb: 2\na: 3\n", "x.yaml:3: a: is given twice; the first time in line 1"),
        ("b:\n  c: 1\n  c: 2\n", "x.yaml:3: b.c: is given twice; the first time in line 2"),
        ("a: !!python/object/apply:os.system [id]\n", f"x.yaml:1: a: {TAG}"),
        ("a: !!binary aGk=\n", f"x.yaml:1: a: {TAG}"),
        ("a:\n\tb: 1\n", f"x.yaml:2: {TAB}"),
        ("a: 'open\n", "x.yaml:2: is no YAML: found unexpected end of stream"),
        ("a: b: c\n", "x.yaml:1: is no YAML: mapping values are not allowed in this context"),
        ("a: \x07\n", "x.yaml:1: holds a character that YAML does not allow"),
        ("a: 1\n---\nb: 2\n", "x.yaml:3: a second document begins here"),
        ("- a\n- b\n", "x.yaml:1: is not a mapping of settings (language: zh)"),
        ("just words\n", "x.yaml:1: is not a mapping of settings (language: zh)"),
        ("? [a, b]\n: c\n", "x.yaml:1: a key must be a word"),
        ("a: {<<: {b: 1}}\n", "x.yaml:1: a: merge keys (<<) have no meaning here (write the keys out)"),
        ("a: *b\n", "x.yaml:1: a: 'b' stands for itself or for nothing"),
        ("a: &a [*a]\n", "x.yaml:1: a[0]: 'a' stands for itself or for nothing"),
        ("a: " + "[" * 100_000, "x.yaml:1: a[0][0]: is nested too deeply"),
        ("a: " + "{a: " * 100_000, "x.yaml:1: a.a.a: is nested too deeply"),
        (bomb(), "x.yaml:6: a5[2]: has more than 400000 values"),
        (f"a: [{'1,' * 500_000}]", "x.yaml:1: a[399997]: has more than 400000 values"),
    ],
)  # fmt: skip
def test_what_is_no_configuration_is_said_with_its_line(text: str, wrong: str) -> None:
    assert parsed(text)[1] == [wrong]


def test_a_file_that_is_not_utf8_says_where(tmp_path: Any) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("# ok\nname: 柳泉\n".encode("gbk"))
    findings = Findings("gbk.yaml")
    assert read(path, findings) is None
    assert [str(m) for m in findings.mistakes] == [
        "gbk.yaml:2: is not UTF-8 text (save the file again with the encoding UTF-8)"
    ]


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Any) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    node = read(path, Findings("bom.yaml"))
    assert node is not None
    assert node.plain == {"a": "1"}


def test_a_huge_file_is_not_read(tmp_path: Any) -> None:
    path = tmp_path / "huge.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    findings = Findings("huge.yaml")
    assert read(path, findings) is None
    assert [str(m) for m in findings.mistakes] == ["huge.yaml: is larger than 4 MiB"]


def test_a_monstrous_key_is_cut_short() -> None:
    assert dotted(("villages", 3, "feed")) == "villages[3].feed"
    assert len(dotted(("k" * 10_000,))) < 100
    assert dotted(("a\nb",)) == r"'a\nb'"


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_document_or_a_mistake(text: str) -> None:
    plain, wrong = parsed(text)
    assert (plain is None) <= bool(wrong)


PIECES = st.sampled_from(
    ["a", "b", ": ", "- ", "\n", "\n  ", "[", "]", "{", "}", "&x ", "*x", "!!t ", "|\n", "'", '"', "? ", "---\n", "<<"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_yaml_is_a_document_or_a_mistake(text: str) -> None:
    plain, wrong = parsed(text)
    assert (plain is None) <= bool(wrong)


SCALARS = st.from_regex(r"[a-z]{1,6}", fullmatch=True)


@settings(deadline=None, max_examples=40)
@given(
    st.dictionaries(
        SCALARS, st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(SCALARS, inner), max_leaves=8)
    )
)
def test_what_was_written_is_read(tree: dict[str, Any]) -> None:
    import yaml

    text = yaml.safe_dump(tree, default_style='"')
    assert parsed(text) == (tree, [])

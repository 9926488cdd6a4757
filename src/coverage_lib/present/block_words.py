"""The few words that the drawing of blocks adds of its own, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from coverage_lib.present.block_kinds import Language


@dataclass(frozen=True, slots=True)
class BlockWords:
    """Words around the blocks: numbers of tables and figures, downloads, navigation."""

    table: str
    figure: str
    part: str
    no_rows: str
    download: str
    slide: str
    csv_of: str
    skip: str
    contents: str
    as_of: str
    key_figures: str
    notes: str
    region: str
    period: str
    page: str
    page_of: str
    document_date: str
    simulated: str
    note_roles: dict[str, str]
    statuses: dict[str, str]
    tones: dict[str, str]
    sort_by: str
    manifest: str
    save_manifest: str
    logo: str
    logo_of: str
    number: str
    signature: str
    to_sign: str


_INDONESIAN = BlockWords(
    table="Tabel",
    figure="Gambar",
    part="bagian {part} dari {parts}",
    no_rows="Tidak ada baris.",
    download="Unduh data (CSV)",
    slide="geser gambar",
    csv_of="Unduh data {name} sebagai CSV",
    skip="Langsung ke isi",
    contents="Isi",
    as_of="Posisi data",
    key_figures="Angka utama",
    notes="Catatan",
    region="Wilayah",
    period="Periode",
    page="Halaman",
    page_of="dari",
    document_date="Tanggal dokumen",
    simulated="Data simulasi",
    note_roles={"information": "Informasi", "attention": "Perhatian", "definition": "Definisi"},
    statuses={
        "not_available": "data belum tersedia",
        "suppressed": "dirahasiakan",
        "not_comparable": "tidak dapat dibandingkan",
    },
    tones={"good": "Baik", "attention": "Perlu perhatian"},
    sort_by="Urutkan menurut",
    manifest="Manifes: sumber, aturan, dan angka dokumen ini",
    save_manifest="Unduh manifes: sumber, aturan, dan asal setiap angka (JSON)",
    logo="Lambang",
    logo_of="Lambang {name}",
    number="Nomor",
    signature="Tanda tangan",
    to_sign="nama dan tanda tangan",
)

_ENGLISH = BlockWords(
    table="Table",
    figure="Figure",
    part="part {part} of {parts}",
    no_rows="No rows.",
    download="Download data (CSV)",
    slide="slide the figure",
    csv_of="Download the data of {name} as CSV",
    skip="Skip to content",
    contents="Contents",
    as_of="Data as of",
    key_figures="Key figures",
    notes="Notes",
    region="Region",
    period="Period",
    page="Page",
    page_of="of",
    document_date="Document date",
    simulated="Simulated data",
    note_roles={"information": "Information", "attention": "Attention", "definition": "Definition"},
    statuses={
        "not_available": "not available",
        "suppressed": "suppressed",
        "not_comparable": "not comparable",
    },
    tones={"good": "Good", "attention": "Needs attention"},
    sort_by="Sort by",
    manifest="Manifest: sources, rules and figures of this document",
    save_manifest="Download the manifest: sources, rules and where each figure comes from (JSON)",
    logo="Logo",
    logo_of="Logo of {name}",
    number="Number",
    signature="Signature",
    to_sign="name and signature",
)


def block_words(language: Language) -> BlockWords:
    """The words in the language of the document."""
    return _INDONESIAN if language == "id" else _ENGLISH

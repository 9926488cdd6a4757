"""What is said of flows, causes and the outlook, by story."""

from __future__ import annotations

from dataclasses import replace

import pytest
from coverage_rows import make_depth

from coverage_lib.present.context import open_part
from coverage_lib.present.parts.coverage.change import (
    arrival_sentence,
    cause_sentences,
    change_sentences,
    flow_sentences,
    outlook_sentences,
)
from coverage_lib.present.parts.coverage.movements import change_to_tell, flows_of, outlook_of
from coverage_lib.present.parts.sentences import recent_window_text
from coverage_lib.present.plain import inline_text


def said(builder, level="provinsi", story="full", language="en"):
    sentences = builder(open_part(make_depth(level, story), language))
    if builder is arrival_sentence:
        return inline_text(sentences)
    return " ".join(inline_text(sentence) for sentence in sentences)


STORIES = [
    # builder, story, what is said in English, what in Indonesian
    (flow_sentences, "full", "fell by 2,000, from 32,000 to 30,000", "berkurang 2.000, dari 32.000 menjadi 30.000"),
    (flow_sentences, "full", "Who came: 400 new participants and 15 reactivated.", "Yang masuk: 400 peserta baru dan 15 peserta aktif kembali."),
    (flow_sentences, "full", "largest loss was in the segment non-wage earners (BPU, informal), of 1,600", "segmen bukan penerima upah (BPU, informal), sebanyak 1.600 orang"),
    (flow_sentences, "rising", "rose by 2,000, from 28,000", "bertambah 2.000, dari 28.000"),
    (flow_sentences, "rising", "1 whose membership ended", "1 peserta berakhir kepesertaannya"),
    (flow_sentences, "flat", "did not change from 30,000", "tidak berubah, yaitu 30.000"),
    (flow_sentences, "flat", "Who came: nobody. Who went: nobody.", "Yang masuk: tidak ada. Yang keluar: tidak ada."),
    (flow_sentences, "hidden_flow", "Some of the flows in Kepulauan Bangka Belitung Province up to 1 June 2031 are suppressed", "sampai 1 Juni 2031 dirahasiakan"),
    (flow_sentences, "hidden_flow", "Who came: new participants (suppressed) and 15 reactivated.", "Yang masuk: peserta baru (dirahasiakan) dan 15 peserta aktif kembali."),
    (cause_sentences, "full", "Compared with 28 April 2031, coverage on 1 June 2031 was 2.00 percentage points lower, at 30.00%. The fall is entirely due to the number of participants", "turun 2,00 poin persen menjadi 30,00\u00a0%. Penurunan ini seluruhnya disebabkan oleh jumlah peserta"),
    (cause_sentences, "flat", "unchanged at 30.00%", "tidak berubah, yaitu 30,00\u00a0%"),
    (cause_sentences, "unexplained", "The rest, −2.50 percentage points, cannot be explained because the scope", "Selebihnya, −2,50 poin persen, tidak dapat diuraikan karena ruang lingkup"),
    (outlook_sentences, "full", "at the end of 2031 is expected to be 27.00%, with a prediction interval (80 per cent) from 20.00% to 34.00%", "diperkirakan 27,00\u00a0%, dengan selang prediksi 80 persen antara 20,00\u00a0% dan 34,00\u00a0%"),
    (outlook_sentences, "full", "target of 50.00% lies above", "50,00\u00a0% berada di atas selang itu"),
    (outlook_sentences, "full", "off by 4.00% on average, no better than", "meleset rata-rata 4,00\u00a0%, tidak lebih baik daripada"),
    (outlook_sentences, "full", "Only 60.00% of earlier reports", "Hanya 60,00\u00a0% laporan"),
    (outlook_sentences, "good_forecast", "off by 2.00% on average, nearer than", "meleset rata-rata 2,00\u00a0%, lebih dekat"),
    (arrival_sentence, "full", "will not be reached", "tidak akan tercapai"),
    (arrival_sentence, "rising", "in June 2032 (pace of 1 month)", "pada Juni 2032 (laju 1 bulan)"),
]  # fmt: skip


@pytest.mark.parametrize(("builder", "story", "english", "indonesian"), STORIES)
def test_each_story_in_both_languages(builder, story, english, indonesian):
    assert english in said(builder, story=story)
    assert indonesian in said(builder, story=story, language="id")


def test_an_interval_that_held_is_not_called_too_narrow():
    assert "Only" not in said(outlook_sentences, story="good_forecast")


def test_nothing_is_said_of_what_is_not_known():
    for builder in (flow_sentences, cause_sentences, change_sentences, outlook_sentences):
        assert said(builder, story="all_missing") == ""
    assert said(flow_sentences, "desa") == ""
    assert said(outlook_sentences, "kecamatan") == ""
    assert said(arrival_sentence, story="reached") == ""


def test_the_short_form_has_net_segment_and_cause_but_no_passage():
    text = said(change_sentences)
    assert "fell by 2,000" in text
    assert "largest loss" in text
    assert "percentage points lower" in text
    assert "Who came" not in text


def test_figures_that_belong_together():
    releasable = make_depth()
    flows = flows_of(releasable)
    assert flows.before == 32_000
    assert flows.since.isoformat() == "2031-04-28"
    assert change_to_tell(releasable).is_known
    assert not change_to_tell(make_depth(story="unexplained")).is_known
    assert not outlook_of(releasable).beats_no_change
    assert outlook_of(make_depth(story="good_forecast")).beats_no_change


def test_a_denominator_that_was_worked_out_is_called_so():
    whole = make_depth()
    is_effect = (whole.rows["indicator"] == "coverage_change") & whole.rows[
        "category"
    ].str.contains("participants|denominator")
    rows = whole.rows.copy()
    rows.loc[is_effect, "denominator_source"] = "denominator_implied 2031-04-28"
    texts = [
        " ".join(inline_text(one) for one in cause_sentences(open_part(shown, "en")))
        for shown in (whole, replace(whole, rows=rows))
    ]
    words = "The eligible workers on 28 April 2031 were not published; they are worked out"
    assert [words in text for text in texts] == [False, True]


def test_the_last_month_is_not_counted_in_a_sentence():
    context = open_part(make_depth(), "en")
    assert recent_window_text(context, "1") == "last month"
    assert recent_window_text(context, "3") == "last 3 months"

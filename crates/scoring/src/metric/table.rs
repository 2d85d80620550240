//! The table of metrics: one row per column. To add one, see docs/adding-a-metric.md.

use rrgscore_annotations::RadGraphModel::{ModernRadgraphXl, Radgraph, RadgraphXl};
use rrgscore_annotations::{FindingSet, Purpose, SpaceRuns};
use rrgscore_judge::{AnswerReading, JudgeMetric};
use rrgscore_metrics::bertscore::DISTILBERT_BASE_UNCASED_LAYER_5;
use rrgscore_metrics::radgraph::reward::Level::{Complete, Partial, Simple};
use rrgscore_metrics::radgraph::reward::RewardVersion::{Head, V0_1_18};
use rrgscore_metrics::rouge::RougeKind;
use rrgscore_metrics::{radcliq, ratescore};

use super::families::{
    BERTSCORE, BERTSCORE_MINILM, COMPONENTS, CRIMSON, RADCLIQ, RADEVAL, RADGRAPH, RATESCORE,
    RATESCORE_2025, ROW, SEMB, coco_bleu, distilroberta, findings, radgraph_f1, reward, rouge,
    semb, srr_bert, usual, variant,
};
use super::formula::{BlankReports, SetFormula, TextFormula};
use super::spec::{Direction, Formula, MetricSpec};
use super::worth;
use crate::settings::Profile::{Coco, Radeval, Rexrank};

/// The names of a reward, and its listing as a variant of both profiles.
macro_rules! reward {
    ($id:literal, $column:literal, $label:literal, $model:ident, $level:ident, $version:ident) => {
        reward(
            [$id, $column, $label],
            &[variant(Rexrank, $id), variant(Radeval, $id)],
            $model,
            $level,
            $version,
        )
    };
}

/// All columns, in the order in which they are listed.
pub static METRICS: &[MetricSpec] = &[
    MetricSpec {
        id: "radcliq-v1",
        label: "RadCliQ-v1",
        column: "RadCliQ-v1",
        about: "Linear combination of RadGraph-F1, BERTScore, SembScore and BLEU-2, fitted to radiologists' error counts (CXR-Report-Metric).",
        listed: &[usual(Rexrank, "radcliq-v1")],
        caution: Some(
            "Lower is better. The leaderboard shows the reciprocal of this mean, 1/RadCliQ-v1.",
        ),
        published_as: Some("1/RadCliQ-v1"),
        formula: Formula::RadCliQ { of: COMPONENTS, version: radcliq::RadcliqVersion::V1 },
        ..RADCLIQ
    },
    MetricSpec {
        id: "radcliq-v1-radeval",
        label: "RadCliQ-v1 (RadEval)",
        column: "RadCliQ-v1-radeval",
        about: "The same fit over RadEval's components, with constants rounded to eight digits (RadEval 2.2.1).",
        listed: &[usual(Radeval, "radcliq-v1")],
        caution: Some(RADEVAL),
        formula: Formula::RadCliQ {
            of: ["radgraph-f1-radeval", "bertscore-idf-radeval", "semb-radeval", "bleu2-radeval"],
            version: radcliq::RadcliqVersion::V1Radeval,
        },
        ..RADCLIQ
    },
    MetricSpec {
        id: "bleu2",
        label: "BLEU-2",
        column: "bleu_score",
        about: "Sentence BLEU-2: words and word pairs in common with the reference (CXR-Report-Metric, by fast_bleu).",
        listed: &[usual(Rexrank, "bleu2")],
        published_as: Some("BLEU-2"),
        formula: Formula::Texts(TextFormula::Bleu2),
        ..ROW
    },
    MetricSpec {
        id: "bleu2-radeval",
        label: "BLEU-2 (RadEval)",
        column: "bleu_score_radeval",
        about: "Sentence BLEU-2 as RadEval 2.2.1 computes it inside its RadCliQ: case counts, nothing is smoothed.",
        listed: &[usual(Radeval, "bleu2")],
        caution: Some(RADEVAL),
        formula: Formula::Texts(TextFormula::CocoBleu { order: 2 }),
        ..ROW
    },
    MetricSpec {
        id: "bertscore",
        label: "BERTScore",
        column: "bertscore",
        about: "BERTScore F1 of distilroberta-base, layer 5, rescaled (CXR-Report-Metric, by bert_score).",
        listed: &[usual(Rexrank, "bertscore")],
        stand_in: Some("bertscore-minilm"),
        published_as: Some("BERTScore"),
        ..BERTSCORE
    },
    MetricSpec {
        id: "bertscore-idf",
        label: "BERTScore (idf)",
        column: "bertscore_idf",
        about: "BERTScore with tokens weighted by inverse document frequency over the references (CXR-Report-Metric, where its settings ask for it).",
        listed: &[variant(Rexrank, "bertscore-idf")],
        stand_in: Some("bertscore-minilm-idf"),
        caution: Some("Not the leaderboard's BERTScore: idf weighting is off there."),
        formula: distilroberta(SpaceRuns::Joined, true),
        ..BERTSCORE
    },
    MetricSpec {
        id: "bertscore-idf-radeval",
        label: "BERTScore (idf, RadEval)",
        column: "bertscore_idf_radeval",
        about: "The same of texts in which runs of spaces stay, as RadEval 2.2.1 computes it inside its RadCliQ.",
        listed: &[usual(Radeval, "bertscore-idf")],
        stand_in: Some("bertscore-minilm-idf"),
        caution: Some(RADEVAL),
        formula: distilroberta(SpaceRuns::Kept, true),
        ..BERTSCORE
    },
    MetricSpec {
        id: "semb",
        label: "SembScore",
        column: "semb_score",
        about: "Cosine of the two reports' CheXbert embeddings (CXR-Report-Metric).",
        listed: &[usual(Rexrank, "semb")],
        published_as: Some("SembScore"),
        formula: semb(true),
        ..SEMB
    },
    MetricSpec {
        id: "semb-radeval",
        label: "SembScore (RadEval)",
        column: "semb_score_radeval",
        about: "The same of texts whose white space is not cleaned first (RadEval 2.2.1).",
        listed: &[usual(Radeval, "semb")],
        caution: Some(RADEVAL),
        formula: semb(false),
        ..SEMB
    },
    MetricSpec {
        id: "radgraph-f1",
        label: "RadGraph-F1",
        column: "radgraph_combined",
        about: "Mean of entity F1 and relation F1 of RadGraph 1.0's graphs; an empty report has none (CXR-Report-Metric).",
        listed: &[usual(Rexrank, "radgraph-f1")],
        published_as: Some("RadGraph-F1"),
        formula: radgraph_f1(BlankReports::AreSkipped),
        ..RADGRAPH
    },
    MetricSpec {
        id: "radgraph-f1-radeval",
        label: "RadGraph-F1 (RadEval)",
        column: "radgraph_combined_radeval",
        about: "The same where an empty report is read as the word \"None\" (RadEval 2.2.1).",
        listed: &[usual(Radeval, "radgraph-f1")],
        caution: Some(RADEVAL),
        formula: radgraph_f1(BlankReports::AreNoneOrRefused),
        ..RADGRAPH
    },
    MetricSpec {
        id: "ratescore",
        label: "RaTEScore",
        column: "ratescore",
        about: "Agreement of medical entities in BioLORD's embedding space, with the weights of 2024-10 (RaTEScore).",
        listed: &[usual(Rexrank, "ratescore"), variant(Radeval, "ratescore-2024-10")],
        published_as: Some("RaTEScore"),
        formula: Formula::RateScore(ratescore::RatescoreVersion::October2024),
        ..RATESCORE
    },
    MetricSpec {
        id: "green",
        label: "GREEN",
        column: "green_score",
        about: "Matched findings in relation to clinically significant errors, as a judge counts them (GREEN).",
        worth: worth::ERRORS,
        listed: &[usual(Rexrank, "green"), usual(Coco, "green")],
        caution: Some(
            "By the judge that answered. The leaderboard's is GREEN-radllama2-7b with the official prompt: the rank means nothing for another.",
        ),
        published_as: Some("GREEN"),
        formula: Formula::Judge { judge: JudgeMetric::Green, reading: AnswerReading::Official },
        ..ROW
    },
    MetricSpec {
        id: "fineradscore",
        label: "FineRadScore",
        column: "fineradscore",
        about: "Severity of the worst correction that a judge makes (FineRadScore).",
        worth: worth::CORRECTIONS,
        range: "1 to 4; 0 where nothing is to be corrected",
        direction: Direction::LowerIsBetter,
        reciprocal: true,
        listed: &[
            usual(Rexrank, "fineradscore"),
            usual(Radeval, "fineradscore"),
            usual(Coco, "fineradscore"),
        ],
        caution: Some(
            "Lower is better; 0 where nothing is to be corrected. By the judge that answered. The leaderboard's is GPT-4o with the official prompt, shown as 1/mean: the rank means nothing for another.",
        ),
        published_as: Some("1/FineRadScore"),
        formula: Formula::Judge {
            judge: JudgeMetric::Fineradscore,
            reading: AnswerReading::Official,
        },
        ..ROW
    },
    MetricSpec {
        id: "green-radeval",
        label: "GREEN (RadEval)",
        column: "green_radeval",
        about: "The same answers as RadEval 2.2.1 reads them: the number of matched findings may begin any line of its part.",
        worth: worth::ERRORS,
        listed: &[usual(Radeval, "green")],
        caution: Some(
            "By the judge that answered. RadEval's is GREEN-radllama2-7b with the official prompt. Never ranked.",
        ),
        formula: Formula::Judge { judge: JudgeMetric::Green, reading: AnswerReading::Radeval },
        ..ROW
    },
    MetricSpec {
        id: "crimson",
        label: "CRIMSON",
        column: "crimson",
        about: "Weight of the findings that are right, less that of false ones, in relation to the reference's, as a judge lists and weighs them (crimson-score 0.2.0).",
        listed: &[usual(Rexrank, "crimson"), usual(Coco, "crimson")],
        caution: Some(
            "By the judge that answered: the official one is a fine-tuned MedGemma with the official prompt. Positive findings of chest X-rays only; an answer without any finding scores 1.",
        ),
        formula: Formula::Judge { judge: JudgeMetric::Crimson, reading: AnswerReading::Official },
        ..CRIMSON
    },
    MetricSpec {
        id: "crimson-radeval",
        label: "CRIMSON (RadEval)",
        column: "crimson_radeval",
        about: "The same answers as RadEval 2.2.1 reads them: also out of a code fence or prose, and cut off; all four parts must be there.",
        listed: &[usual(Radeval, "crimson")],
        caution: Some(
            "By the judge that answered: the official one is a fine-tuned MedGemma with the official prompt. Positive findings of chest X-rays only.",
        ),
        formula: Formula::Judge { judge: JudgeMetric::Crimson, reading: AnswerReading::Radeval },
        ..CRIMSON
    },
    MetricSpec {
        id: "bertscore-distilbert",
        label: "BERTScore (DistilBERT)",
        column: "bertscore_distilbert",
        about: "BERTScore F1 of distilbert-base-uncased, layer 5, rescaled (RadEval 2.2.1).",
        listed: &[usual(Radeval, "bertscore")],
        needs: &[Purpose::BertscoreDistilbert],
        caution: Some(RADEVAL),
        formula: Formula::TokenEmbeddings {
            encoder: Purpose::BertscoreDistilbert,
            runs: SpaceRuns::Kept,
            idf: false,
            baseline: Some(&DISTILBERT_BASE_UNCASED_LAYER_5),
        },
        ..BERTSCORE
    },
    MetricSpec {
        id: "bertscore-radeval",
        label: "RadEval-BERTScore",
        column: "bertscore_radeval",
        about: "BERTScore F1 of RadEvalModernBERT, an encoder trained on radiology reports, last layer, not rescaled (RadEval 2.2.1).",
        range: "−1 to 1",
        listed: &[usual(Radeval, "bertscore-radeval")],
        needs: &[Purpose::BertscoreRadeval],
        caution: Some(RADEVAL),
        cost: 3.2,
        formula: Formula::TokenEmbeddings {
            encoder: Purpose::BertscoreRadeval,
            runs: SpaceRuns::Kept,
            idf: false,
            baseline: None,
        },
        ..BERTSCORE
    },
    srr_bert(
        ["srr-bert", "srr_bert", "SRR-BERT"],
        "Findings of structured reports, 54 leaves as present, uncertain or absent and No Finding, that both reports have; sentence by sentence (RadEval 2.2.1).",
        &[usual(Radeval, "srr-bert")],
        FindingSet::SrrLeavesWithStatuses,
        &[Purpose::SrrBert],
    ),
    srr_bert(
        ["srr-bert-leaves", "srr_bert_leaves", "SRR-BERT (leaves)"],
        "The same of the 55 leaves without statuses.",
        &[variant(Radeval, "srr-bert-leaves")],
        FindingSet::SrrLeaves,
        &[Purpose::SrrBertLeaves],
    ),
    srr_bert(
        [
            "srr-bert-upper-with-statuses",
            "srr_bert_upper_with_statuses",
            "SRR-BERT (upper, with statuses)",
        ],
        "The same of the 24 upper findings with statuses, and No Finding.",
        &[variant(Radeval, "srr-bert-upper-with-statuses")],
        FindingSet::SrrUpperWithStatuses,
        &[Purpose::SrrBertUpperWithStatuses],
    ),
    srr_bert(
        ["srr-bert-upper", "srr_bert_upper", "SRR-BERT (upper)"],
        "The same of the 25 upper findings without statuses.",
        &[variant(Radeval, "srr-bert-upper")],
        FindingSet::SrrUpper,
        &[Purpose::SrrBertUpper],
    ),
    MetricSpec {
        id: "radbert-ct",
        label: "F1RadBERT-CT",
        column: "radbert_ct",
        about: "Whether RadBERT-CT finds the same of 18 findings of chest CT in both reports (RadEval 2.2.1).",
        worth: worth::CT,
        range: "0 or 1",
        listed: &[usual(Radeval, "radbert-ct")],
        needs: &[Purpose::RadbertCt],
        caution: Some(
            "The mean over studies is RadEval's accuracy; its F1s are of the whole set and stand under `findings_f1` in summary.json. For reports of chest CT.",
        ),
        cost: 2.3,
        formula: findings(FindingSet::RadbertCt),
        ..ROW
    },
    MetricSpec {
        id: "bertscore-minilm",
        label: "BERTScore (MiniLM)",
        column: "bertscore_minilm",
        about: "BERTScore F1 of all-MiniLM-L6-v2, last layer, not rescaled: of an encoder that a site may ship.",
        listed: &[usual(Rexrank, "bertscore-minilm"), usual(Radeval, "bertscore-minilm")],
        ..BERTSCORE_MINILM
    },
    MetricSpec {
        id: "radcliq-v0",
        label: "RadCliQ-v0",
        column: "RadCliQ-v0",
        about: "The older fit of RadCliQ, to 200 report pairs (CXR-Report-Metric).",
        listed: &[variant(Rexrank, "radcliq-v0")],
        caution: Some("Lower is better. Not on the leaderboard, which shows 1/RadCliQ-v1."),
        formula: Formula::RadCliQ { of: COMPONENTS, version: radcliq::RadcliqVersion::V0 },
        ..RADCLIQ
    },
    MetricSpec {
        id: "bertscore-minilm-idf",
        label: "BERTScore (MiniLM, idf)",
        column: "bertscore_minilm_idf",
        about: "BERTScore (MiniLM) with tokens weighted by inverse document frequency over the references.",
        listed: &[
            variant(Rexrank, "bertscore-minilm-idf"),
            variant(Radeval, "bertscore-minilm-idf"),
        ],
        formula: Formula::TokenEmbeddings {
            encoder: Purpose::BertscoreMinilm,
            runs: SpaceRuns::Joined,
            idf: true,
            baseline: None,
        },
        ..BERTSCORE_MINILM
    },
    MetricSpec {
        id: "ratescore-2025-05-long",
        label: "RaTEScore (2025-05, long)",
        column: "ratescore_2025_05_long",
        about: "RaTEScore with the package's default weights since 2025-05.",
        listed: &[
            variant(Rexrank, "ratescore-2025-05-long"),
            // RadEval takes the package's default.
            usual(Radeval, "ratescore"),
        ],
        caution: Some(RATESCORE_2025),
        formula: Formula::RateScore(ratescore::RatescoreVersion::May2025Long),
        ..RATESCORE
    },
    MetricSpec {
        id: "ratescore-2025-05-short",
        label: "RaTEScore (2025-05, short)",
        column: "ratescore_2025_05_short",
        about: "RaTEScore with the package's optional weights for short reports, since 2025-05.",
        listed: &[
            variant(Rexrank, "ratescore-2025-05-short"),
            variant(Radeval, "ratescore-2025-05-short"),
        ],
        caution: Some(RATESCORE_2025),
        formula: Formula::RateScore(ratescore::RatescoreVersion::May2025Short),
        ..RATESCORE
    },
    coco_bleu(
        ["bleu1-radeval", "bleu1_radeval", "BLEU-1 (RadEval)"],
        "BLEU of words in common, case included, without smoothing (RadEval 2.2.1).",
        &[usual(Radeval, "bleu1")],
        1,
    ),
    coco_bleu(
        ["bleu3-radeval", "bleu3_radeval", "BLEU-3 (RadEval)"],
        "BLEU of one to three words in common, case included, without smoothing (RadEval 2.2.1).",
        &[usual(Radeval, "bleu3")],
        3,
    ),
    coco_bleu(
        ["bleu4-radeval", "bleu4_radeval", "BLEU-4 (RadEval)"],
        "BLEU of one to four words in common, case included, without smoothing (RadEval 2.2.1).",
        &[usual(Radeval, "bleu4")],
        4,
    ),
    rouge(
        ["rouge1", "rouge1", "ROUGE-1"],
        "F-measure of the stems in common (rouge-score 0.1.2 with its stemmer, as RadEval 2.2.1 calls it).",
        &[usual(Radeval, "rouge1")],
        RougeKind::One,
    ),
    rouge(
        ["rouge2", "rouge2", "ROUGE-2"],
        "The same of pairs of stems.",
        &[usual(Radeval, "rouge2")],
        RougeKind::Two,
    ),
    rouge(
        ["rouge-l", "rouge_l", "ROUGE-L"],
        "The same of the longest common subsequence of stems.",
        &[usual(Radeval, "rouge-l")],
        RougeKind::L,
    ),
    coco_bleu(
        ["coco-bleu1", "coco_bleu1", "BLEU-1 (COCO)"],
        "BLEU of words in common, case included, on the texts as they are (pycocoevalcap 1.2, as R2Gen and its descendants call it).",
        &[usual(Coco, "bleu1")],
        1,
    ),
    coco_bleu(
        ["coco-bleu2", "coco_bleu2", "BLEU-2 (COCO)"],
        "BLEU of words and word pairs in common, case included, on the texts as they are (pycocoevalcap 1.2, as R2Gen and its descendants call it).",
        &[usual(Coco, "bleu2")],
        2,
    ),
    coco_bleu(
        ["coco-bleu3", "coco_bleu3", "BLEU-3 (COCO)"],
        "BLEU of one to three words in common, case included, on the texts as they are (pycocoevalcap 1.2, as R2Gen and its descendants call it).",
        &[usual(Coco, "bleu3")],
        3,
    ),
    coco_bleu(
        ["coco-bleu4", "coco_bleu4", "BLEU-4 (COCO)"],
        "BLEU of one to four words in common, case included, on the texts as they are (pycocoevalcap 1.2, as R2Gen and its descendants call it).",
        &[usual(Coco, "bleu4")],
        4,
    ),
    MetricSpec {
        id: "coco-rouge-l",
        label: "ROUGE-L (COCO)",
        column: "coco_rouge_l",
        about: "F-measure of the longest common subsequence, recall counting more (β = 1.2), on the texts as they are (pycocoevalcap 1.2, as R2Gen and its descendants call it).",
        listed: &[usual(Coco, "rouge-l")],
        caution: Some(
            "Splits at single spaces, so that double ones count as words. Another ROUGE-L than rouge-score's (`rouge-l`).",
        ),
        formula: Formula::Texts(TextFormula::CocoRougeL),
        ..ROW
    },
    MetricSpec {
        id: "coco-cider",
        label: "CIDEr (COCO)",
        column: "coco_cider",
        about: "Similarity of n-grams of one to four words, those that few references of the set have weighing most, with a penalty for length (CIDEr-D; pycocoevalcap 1.2).",
        range: "0 to 10",
        listed: &[usual(Coco, "cider")],
        caution: Some(
            "Depends on the whole set: one study's value changes with the other references, and a set of one study scores 0. Words alone.",
        ),
        formula: Formula::Set(SetFormula::Cider),
        ..ROW
    },
    reward!("radgraph-simple", "radgraph_simple", "RadGraph simple", Radgraph, Simple, V0_1_18),
    reward!("radgraph-partial", "radgraph_partial", "RadGraph partial", Radgraph, Partial, V0_1_18),
    reward!(
        "radgraph-complete",
        "radgraph_complete",
        "RadGraph complete",
        Radgraph,
        Complete,
        V0_1_18
    ),
    reward!(
        "radgraph-xl-simple",
        "radgraph_xl_simple",
        "RadGraph-XL simple",
        RadgraphXl,
        Simple,
        V0_1_18
    ),
    reward!(
        "radgraph-xl-partial",
        "radgraph_xl_partial",
        "RadGraph-XL partial",
        RadgraphXl,
        Partial,
        V0_1_18
    ),
    reward!(
        "radgraph-xl-complete",
        "radgraph_xl_complete",
        "RadGraph-XL complete",
        RadgraphXl,
        Complete,
        V0_1_18
    ),
    reward!(
        "modern-radgraph-xl-simple",
        "modern_radgraph_xl_simple",
        "Modern RadGraph-XL simple",
        ModernRadgraphXl,
        Simple,
        V0_1_18
    ),
    reward!(
        "modern-radgraph-xl-partial",
        "modern_radgraph_xl_partial",
        "Modern RadGraph-XL partial",
        ModernRadgraphXl,
        Partial,
        V0_1_18
    ),
    reward!(
        "modern-radgraph-xl-complete",
        "modern_radgraph_xl_complete",
        "Modern RadGraph-XL complete",
        ModernRadgraphXl,
        Complete,
        V0_1_18
    ),
    reward!(
        "radgraph-simple-head",
        "radgraph_simple_head",
        "RadGraph simple (head)",
        Radgraph,
        Simple,
        Head
    ),
    reward!(
        "radgraph-partial-head",
        "radgraph_partial_head",
        "RadGraph partial (head)",
        Radgraph,
        Partial,
        Head
    ),
    reward!(
        "radgraph-complete-head",
        "radgraph_complete_head",
        "RadGraph complete (head)",
        Radgraph,
        Complete,
        Head
    ),
    reward!(
        "radgraph-xl-simple-head",
        "radgraph_xl_simple_head",
        "RadGraph-XL simple (head)",
        RadgraphXl,
        Simple,
        Head
    ),
    reward!(
        "radgraph-xl-partial-head",
        "radgraph_xl_partial_head",
        "RadGraph-XL partial (head)",
        RadgraphXl,
        Partial,
        Head
    ),
    reward!(
        "radgraph-xl-complete-head",
        "radgraph_xl_complete_head",
        "RadGraph-XL complete (head)",
        RadgraphXl,
        Complete,
        Head
    ),
    reward!(
        "modern-radgraph-xl-simple-head",
        "modern_radgraph_xl_simple_head",
        "Modern RadGraph-XL simple (head)",
        ModernRadgraphXl,
        Simple,
        Head
    ),
    reward!(
        "modern-radgraph-xl-partial-head",
        "modern_radgraph_xl_partial_head",
        "Modern RadGraph-XL partial (head)",
        ModernRadgraphXl,
        Partial,
        Head
    ),
    reward!(
        "modern-radgraph-xl-complete-head",
        "modern_radgraph_xl_complete_head",
        "Modern RadGraph-XL complete (head)",
        ModernRadgraphXl,
        Complete,
        Head
    ),
];

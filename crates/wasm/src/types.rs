//! The TypeScript types of what goes in and comes out.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** One study: two reports to compare. */
export interface Pair { id: string; reference: string; candidate: string }

/** What to compute. */
export interface Options {
  /** "bleu2", "bertscore", "bertscore-minilm", "all-available" (the default). */
  metrics?: string[];
  /** Weight BERTScore's tokens by inverse document frequency over the references. */
  idf?: boolean;
  /** A judge's answers for GREEN, which bring its column: lines of JSON,
      {"id": study id, "response": text} or as `rrgscore judge run` writes them. */
  greenResponses?: string;
  /** A judge's answers for FineRadScore, in the same forms. */
  fineradscoreResponses?: string;
}

/** A model pack, by what identifies it. */
export interface PackRef { purpose: string; name: string; precision: string; id: string }

/** One column of a result. */
export interface MetricSummary {
  id: string; column: string; label: string;
  n: number; mean: number | null; standard_error: number | null; ci95: [number, number] | null;
  missing: number; truncated: number; failed: number;
  packs: string[]; judge?: JudgeSummary; published_as: string | null; caution: string | null;
}

/** Who judged, and which answers are missing or did not parse as intended, by study. */
export interface JudgeSummary {
  models: string[]; templates: string[]; answered: number; unanswered: string[];
  unknown: number; failed_requests: number;
  not_as_intended: Record<string, string[]>; by_note: Record<string, number>;
}

/** What summary.json holds. */
export interface Summary {
  version: string; profile: string; task: string; missing_policy: string;
  n: number; complete: boolean; metrics: MetricSummary[]; packs: PackRef[];
  notes: string[]; signature: string;
}

/** A run's result. */
export interface Scores {
  summary: Summary;
  /** scores.csv */
  csv: string;
  /** judgements.csv, where a judge's answers were given. */
  judgements: string | null;
}
"#;

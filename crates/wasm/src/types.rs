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
}

/** A model pack, by what identifies it. */
export interface PackRef { purpose: string; name: string; precision: string; id: string }

/** One column of a result. */
export interface MetricSummary {
  id: string; column: string; label: string;
  n: number; mean: number | null; standard_error: number | null; ci95: [number, number] | null;
  missing: number; truncated: number; failed: number;
  pack: string | null; published_as: string | null; caution: string | null;
}

/** What summary.json holds. */
export interface Summary {
  version: string; profile: string; task: string; missing_policy: string;
  n: number; complete: boolean; metrics: MetricSummary[]; packs: PackRef[];
  notes: string[]; signature: string;
}

/** A run's result. */
export interface Scores { summary: Summary; /** scores.csv */ csv: string }
"#;

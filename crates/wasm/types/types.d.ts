// Made by make_types.mjs of the Rust types; not to be edited.

/** Called after every piece of work; `false` stops the run. */
export type OnProgress = (done: number, total: number) => boolean | void;
/**
 * What was found, for programs.
 */
export type Code =
  | "matched"
  | "known_split"
  | "missing_predictions"
  | "empty_predictions"
  | "extra_predictions"
  | "missing_references"
  | "no_findings_section"
  | "no_impression_section"
  | "task_follows"
  | "no_such_section"
  | "both_sections_missing"
  | "na_text"
  | "duplicate_studies"
  | "conflicting_studies"
  | "repeated_studies"
  | "repeated_ids"
  | "swapped"
  | "identical"
  | "mojibake"
  | "long_reports"
  | "id_format"
  | "nothing_matches"
  | "rounded_ids"
  | "ids_joined"
  | "joined_loosely"
  | "ids_contradict"
  | "ids_on_one_side"
  | "unequal_without_ids"
  | "paired_by_place"
  | "split_taken"
  | "other_reference_texts"
  | "special_tokens"
  | "list_literals"
  | "not_reports"
  | "few_distinct"
  | "case_differs"
  | "not_english"
  | "repeated_headers"
  | "sheet_taken"
  | "several_splits"
  | "blank_lines"
  | "no_predictions"
  | "no_references"
  | "references_for_pair_list"
  | "references_replaced"
  | "section_cut"
  | "heading_missing"
  | "scored_as_given"
  | "missing_ids"
  | "duplicate_keys"
  | "ambiguous_columns";
/**
 * A control that solves what a finding or an error is about.
 *
 * The words of a [`crate::Finding`] or an error name no control, because a page has buttons, a
 * command line has options and a library has arguments: each skin words a hint for itself.
 */
export type Hint =
  | {
      do: "choose_column";
      /**
       * The role.
       */
      role: Role;
      /**
       * The file; `None` for the one being read.
       */
      side: Side | null;
    }
  | {
      do: "choose_format";
    }
  | {
      do: "choose_encoding";
    }
  | {
      do: "choose_delimiter";
    }
  | {
      do: "say_no_header";
    }
  | {
      do: "join_loosely";
    }
  | {
      do: "choose_missing";
    }
  | {
      do: "choose_task";
    }
  | {
      do: "choose_repeated";
    }
  | {
      do: "give_references";
    }
  | {
      do: "leave_references_out";
    }
  | {
      do: "exchange_files";
    };
/**
 * What a column or key holds.
 */
export type Role =
  | "id"
  | "prediction"
  | "reference"
  | "predicted_findings"
  | "predicted_impression"
  | "findings"
  | "impression"
  | "report"
  | "split";
/**
 * Which of the two files something is about.
 */
export type Side = "predictions" | "references";
/**
 * How bad a [`Finding`] is.
 */
export type Severity = "error" | "warning" | "note";
/**
 * When the ids of two files are the same.
 */
export type IdMatching = "exact" | "loose";
/**
 * What to do with a study that stands more than once in a file with different texts.
 */
export type RepeatedIds = "refuse" | "first" | "drop";
/**
 * How predictions and references were brought together.
 */
export type JoinedBy =
  | {
      by: "record";
    }
  | (IdsMatched & {
      by: "ids";
    })
  | {
      by: "place";
    };
/**
 * What to do with studies that have a reference but no prediction text.
 *
 * The official run has no rule: an empty prediction becomes NaN in pandas and BERTScore's
 * cleaning raises a `TypeError`, so the choice is the user's and is recorded in the result.
 */
export type MissingPolicy = "refuse" | "empty" | "exclude";
/**
 * Where the reference texts came from.
 */
export type ReferenceSource = "separate" | "inside";
/**
 * Which part of a report is compared: the two modes of the ReXrank leaderboard, and the
 * impression alone (RRG24's second track).
 */
export type Task = "findings" | "impression" | "report";
/**
 * What an [`Annotator`] makes of one text.
 */
export type Annotation =
  | (ChexbertAnnotation & {
      kind: "chexbert";
    })
  | (RadgraphAnnotation & {
      kind: "radgraph";
    })
  | (EntitiesAnnotation & {
      kind: "entities";
    })
  | {
      kind: "embedding";
      /**
       * Hidden state of the first token, not normalised.
       */
      vector: number[];
    }
  | (FindingsAnnotation & {
      kind: "findings";
    });
/**
 * A report's labels in the order of [`OBSERVATIONS`].
 *
 * @minItems 14
 * @maxItems 14
 */
export type Labels = [
  Mention,
  Mention,
  Mention,
  Mention,
  Mention,
  Mention,
  Mention,
  Mention,
  Mention,
  Mention,
  Mention,
  Mention,
  Mention,
  Mention
];
/**
 * What a report says about an observation, in the order of CheXbert's classes.
 */
export type Mention = "Blank" | "Positive" | "Negative" | "Uncertain";
/**
 * A directed relation, written as `[label, id of the target]`.
 *
 * @minItems 2
 * @maxItems 2
 */
export type Relation = [string, string];
/**
 * The five entity types.
 */
export type EntityType = "ABNORMALITY" | "ANATOMY" | "DISEASE" | "NON-ABNORMALITY" | "NON-DISEASE";
/**
 * Why an answer has no official score.
 */
export type AnswerError =
  | "NotJson"
  | {
      BadLine: {
        /**
         * Position of the edit, counted from 1.
         */
        edit: number;
      };
    }
  | {
      MissingField: {
        /**
         * Position of the edit, counted from 1.
         */
        edit: number;
      };
    }
  | "NotEdits";
/**
 * A reason to look at an answer before trusting its score. Prints as a sentence without any of
 * the answer's text.
 */
export type AnswerNote =
  | "empty"
  | "cut_off"
  | {
      green: GreenNote;
    }
  | {
      refused: AnswerError;
    }
  | {
      no_crimson: CrimsonError;
    }
  | {
      kept_malformed: AnswerError;
    }
  | {
      unknown_severity: {
        /**
         * How many.
         */
        edits: number;
      };
    }
  | "no_known_severity"
  | {
      asked_again: {
        /**
         * How often in all.
         */
        calls: number;
      };
    };
/**
 * A reason to look at an answer before trusting its score.
 */
export type GreenNote =
  | {
      MissingPart: GreenPart;
    }
  | {
      EmptyPart: GreenPart;
    }
  | {
      TakenForNothing: GreenPart;
    }
  | {
      MergedParts: GreenPart;
    }
  | "NoMatchedCount"
  | {
      NoErrorLines: GreenPart;
    }
  | {
      /**
       * @minItems 2
       * @maxItems 2
       */
      NoErrorCount: [GreenPart, number];
    }
  | {
      /**
       * @minItems 2
       * @maxItems 2
       */
      RepeatedCategory: [GreenPart, number];
    }
  | {
      /**
       * @minItems 2
       * @maxItems 2
       */
      SharedLine: [GreenPart, number];
    }
  | {
      CountIsDecimal: GreenPart;
    }
  | {
      LinesBehindBlankLine: GreenPart;
    };
/**
 * The parts of an answer.
 */
export type GreenPart = "SignificantErrors" | "InsignificantErrors" | "MatchedFindings";
/**
 * Why an answer has no score.
 */
export type CrimsonError =
  | "NotJson"
  | "MissingPart"
  | {
      BadPart: CrimsonPart;
    };
/**
 * The parts of an answer.
 */
export type CrimsonPart =
  | "Answer"
  | "ReferenceFindings"
  | "PredictedFindings"
  | "MatchedFindings"
  | "Errors"
  | "FalseFindings"
  | "MissingFindings"
  | "AttributeErrors";
export type Metric =
  | "radcliq-v1"
  | "radcliq-v1-radeval"
  | "bleu2"
  | "bleu2-radeval"
  | "bertscore"
  | "bertscore-idf"
  | "bertscore-idf-radeval"
  | "semb"
  | "semb-radeval"
  | "radgraph-f1"
  | "radgraph-f1-radeval"
  | "ratescore"
  | "green"
  | "fineradscore"
  | "green-radeval"
  | "crimson"
  | "crimson-radeval"
  | "bertscore-distilbert"
  | "bertscore-radeval"
  | "srr-bert"
  | "srr-bert-leaves"
  | "srr-bert-upper-with-statuses"
  | "srr-bert-upper"
  | "radbert-ct"
  | "bertscore-minilm"
  | "radcliq-v0"
  | "bertscore-minilm-idf"
  | "ratescore-2025-05-long"
  | "ratescore-2025-05-short"
  | "bleu1-radeval"
  | "bleu3-radeval"
  | "bleu4-radeval"
  | "rouge1"
  | "rouge2"
  | "rouge-l"
  | "coco-bleu1"
  | "coco-bleu2"
  | "coco-bleu3"
  | "coco-bleu4"
  | "coco-rouge-l"
  | "coco-cider"
  | "radgraph-simple"
  | "radgraph-partial"
  | "radgraph-complete"
  | "radgraph-xl-simple"
  | "radgraph-xl-partial"
  | "radgraph-xl-complete"
  | "modern-radgraph-xl-simple"
  | "modern-radgraph-xl-partial"
  | "modern-radgraph-xl-complete"
  | "radgraph-simple-head"
  | "radgraph-partial-head"
  | "radgraph-complete-head"
  | "radgraph-xl-simple-head"
  | "radgraph-xl-partial-head"
  | "radgraph-xl-complete-head"
  | "modern-radgraph-xl-simple-head"
  | "modern-radgraph-xl-partial-head"
  | "modern-radgraph-xl-complete-head";
/**
 * Why a metric of two runs cannot be compared.
 */
export type NotCompared =
  | "made"
  | {
      scores: {
        /**
         * Why.
         */
        reason: string;
      };
    };
/**
 * How much an error matters, in the words of the prompt.
 */
export type CorrectionSeverity = "NotActionable" | "ActionableNonurgent" | "Urgent" | "Emergent";
/**
 * A coefficient of correlation.
 */
export type CorrelationMethod = "pearson" | "spearman" | "kendall";
/**
 * How characters are written as bytes.
 */
export type TextEncoding = "utf8" | "utf16_le" | "utf16_be" | "windows1252";
/**
 * How the records are written down.
 */
export type Format =
  | "rexrank_json"
  | "json_map"
  | "json_list"
  | "json_envelope"
  | "json_splits"
  | "json_columns"
  | "json_table"
  | "jsonl"
  | "csv"
  | "tsv"
  | "lines"
  | "workbook"
  | "parquet";
/**
 * What a file is good for.
 */
export type Kind =
  "reports_by_id" | "predictions_by_id" | "references_by_id" | "predictions_and_references_by_id" | "pair_list";
/**
 * A list of findings, each of which a report has or has not.
 */
export type FindingSet =
  "srr-leaves-with-statuses" | "srr-leaves" | "srr-upper-with-statuses" | "srr-upper" | "radbert-ct";
/**
 * Something about a pair that decides its score by a rule rather than by a comparison, or that a
 * reader of the number should know. Counted in the summary.
 */
export type Flag =
  | "empty-reference"
  | "empty-candidate"
  | "no-reference-entities"
  | "no-candidate-entities"
  | "no-relations"
  | "chunked"
  | "no-entities"
  | "no-sentence"
  | "not-as-intended"
  | "no-edits";
/**
 * A metric that needs a judge.
 */
export type Judge = "green" | "fineradscore" | "crimson";
/**
 * What a column needs and is not there.
 */
export type Lacking =
  | {
      lacking: "packs";
      /**
       * What they are for.
       */
      purposes: Purpose[];
    }
  | {
      /**
       * For which of the judge's metrics.
       */
      judge: Judge;
      lacking: "answers";
    };
/**
 * What a pack's model is used for; decides the settings under which it is run.
 */
export type Purpose =
  | "bertscore-minilm"
  | "bertscore-distilroberta"
  | "chexbert"
  | "radgraph"
  | "radgraph-xl"
  | "modern-radgraph-xl"
  | "ratescore-entities"
  | "ratescore-synonyms"
  | "bertscore-distilbert"
  | "bertscore-radeval"
  | "srr-bert"
  | "srr-bert-leaves"
  | "srr-bert-upper-with-statuses"
  | "srr-bert-upper"
  | "radbert-ct";
/**
 * A mean over a dataset with its confidence interval.
 *
 * @minItems 2
 * @maxItems 2
 */
export type PublishedScore = [number, number | null];
/**
 * One token of a text as BLEU or ROUGE reads it: written as `[start, end, ngrams]`.
 *
 * @minItems 3
 * @maxItems 3
 */
export type NgramToken = [number, number, number];
/**
 * A column of the published tables.
 */
export type PublishedColumn =
  "1/RadCliQ-v1" | "BLEU-2" | "BERTScore" | "SembScore" | "RadGraph-F1" | "RaTEScore" | "GREEN" | "1/FineRadScore";
/**
 * A dataset of the leaderboard.
 */
export type PublishedDataset = "ReXGradient" | "MIMIC-CXR" | "IU X-ray" | "CheXpert Plus";
/**
 * What a score was made of: drawn by the study view.
 */
export type Reasons =
  | {
      /**
       * The candidate's tokens.
       */
      candidate: NgramToken[];
      /**
       * The counts behind the score.
       */
      counts: Bleu;
      kind: "bleu";
      /**
       * The reference's tokens.
       */
      reference: NgramToken[];
    }
  | {
      /**
       * The candidate's tokens.
       */
      candidate: NgramToken[];
      /**
       * The figures behind the score.
       */
      counts: Rouge;
      kind: "rouge";
      /**
       * What was counted.
       */
      of: RougeKind;
      /**
       * The reference's tokens.
       */
      reference: NgramToken[];
    }
  | (Cider & {
      kind: "cider";
    })
  | {
      kind: "plain";
    }
  | (RadGraphF1 & {
      kind: "radgraph_f1";
    })
  | (Reward & {
      kind: "radgraph_reward";
    })
  | (RateScore & {
      kind: "ratescore";
    })
  | (GreenResult & {
      kind: "green";
    })
  | (FineRadScoreResult & {
      kind: "fineradscore";
    })
  | (CrimsonResult & {
      kind: "crimson";
    })
  | {
      /**
       * The candidate's.
       */
      candidate: number[];
      kind: "findings";
      /**
       * The reference's, by their positions in [`FindingSet::names`], ascending.
       */
      reference: number[];
      /**
       * The list.
       */
      set: FindingSet;
    }
  | (RadCliQ & {
      kind: "radcliq";
    })
  | {
      /**
       * The candidate's tokens.
       */
      candidate: TokenMatch[];
      /**
       * Their harmonic mean, before any rescaling.
       */
      f1: number;
      kind: "bert_score";
      /**
       * Mean similarity of the candidate's tokens to their best match in the reference; none
       * when no token has a weight.
       */
      precision: number | null;
      /**
       * Mean similarity of the reference's tokens to their best match in the candidate; none
       * when no token has a weight.
       */
      recall: number | null;
      /**
       * The reference's tokens.
       */
      reference: TokenMatch[];
    };
/**
 * What is counted in common.
 */
export type RougeKind = "one" | "two" | "l";
/**
 * What is done to both reports of each study before any column reads them. Nothing, unless asked
 * for.
 */
export type ReportCleaning = "r2gen-iu-xray" | "r2gen-mimic-cxr";
export type ResultOf_ScoredOrString =
  | {
      Ok: Scored;
    }
  | {
      Err: string;
    };
/**
 * A named set of definitions. A column's meaning is its metric and its profile.
 */
export type Profile = "rexrank" | "radeval" | "coco";

/**
 * Predictions and references brought together.
 */
export interface Alignment {
  /**
   * How many studies ended where.
   */
  counts: Counts;
  /**
   * The fields of the references that play no role, where they were kept: a value or none for
   * each of `pairs`.
   */
  fields?: StudyField[];
  /**
   * What the doctor found, most severe first.
   */
  findings: Finding[];
  /**
   * What was asked for about ids.
   */
  join: JoinOptions;
  /**
   * How the two were brought together.
   */
  joined: JoinedBy;
  /**
   * What was done about missing predictions.
   */
  missing: MissingPolicy;
  /**
   * The studies to score: in the order of the predictions file, then those without a
   * prediction (policy [`MissingPolicy::Empty`]) in the order of the references.
   */
  pairs: StudyPair[];
  /**
   * Where the reference texts came from.
   */
  references: ReferenceSource;
  /**
   * The known split that the study ids are of, if any.
   */
  split: SplitMatch | null;
  /**
   * The task the texts were made for. It is not always the one asked for: where the files have
   * one section only, that section is compared.
   */
  task: Task;
}
/**
 * How many studies ended where.
 *
 * `scored = matched + scored_as_empty`, and
 * `missing = scored_as_empty + excluded` (both are 0 under [`MissingPolicy::Refuse`]).
 */
export interface Counts {
  /**
   * Candidates cut to the section of the task.
   */
  candidates_cut: number;
  /**
   * Repetitions of a study with the same text, dropped.
   */
  duplicates: number;
  /**
   * Of `missing`: the study is in the predictions file, but its text is empty or NA.
   */
  empty_predictions: number;
  /**
   * Of `missing`: left out.
   */
  excluded: number;
  /**
   * Predicted studies that the references do not know; not scored.
   */
  extra_predictions: number;
  /**
   * Studies with different texts of which the first was taken ([`crate::RepeatedIds::First`]).
   */
  first_taken?: number;
  /**
   * Ids joined though they are spelled differently ([`crate::IdMatching::Loose`]).
   */
  joined_loosely?: number;
  /**
   * Studies with both texts.
   */
  matched: number;
  /**
   * Studies with a reference text and no prediction text.
   */
  missing: number;
  /**
   * Studies in the references without a reference text for the task; not scored.
   */
  missing_references: number;
  /**
   * References of other splits than the predictions', left out.
   */
  other_splits?: number;
  /**
   * Distinct studies (rows of a pair list) in the predictions file.
   */
  predictions: number;
  /**
   * Distinct studies in the references (rows of a pair list).
   */
  references: number;
  /**
   * References cut to the section of the task.
   */
  references_cut: number;
  /**
   * Studies with different texts, left out ([`crate::RepeatedIds::Drop`]).
   */
  repeated_dropped?: number;
  /**
   * Pairs that come out.
   */
  scored: number;
  /**
   * Of `missing`: scored with an empty candidate.
   */
  scored_as_empty: number;
  /**
   * Of `missing_references`: the study has a report, but no findings section.
   */
  without_findings: number;
  /**
   * Of `missing_references`: the study has a report, but no impression section.
   */
  without_impression?: number;
}
/**
 * One such field, its values numbered, so that a million studies take four megabytes of it.
 *
 * Kept on request only ([`crate::ReadOptions::fields`]), and only where it can make groups of
 * studies: of at most [`StudyField::MAX_VALUES`] different values, none longer than
 * [`StudyField::MAX_BYTES`]. What tells of the patient ([`PatientFact`]) is kept whatever its
 * values are.
 */
export interface StudyField {
  /**
   * The name of the column or key.
   */
  name: string;
  /**
   * Per record or study: the value's place in `values` counted from 1, or 0 where there is none.
   */
  of: number[];
  /**
   * Its different values, in the order in which they came.
   */
  values: string[];
}
/**
 * One thing that the doctor found.
 */
export interface Finding {
  /**
   * What was found, for programs.
   */
  code: Code;
  /**
   * The control that does it, if there is one.
   */
  control?: Hint | null;
  /**
   * How many studies (or rows) it concerns.
   */
  count: number;
  /**
   * What can be done about it, in words that name no control; empty when there is nothing to
   * do.
   */
  hint: string;
  /**
   * What was found, in plain words, for people. Never holds report text.
   */
  message: string;
  /**
   * How bad it is.
   */
  severity: Severity;
  /**
   * The known split that it names ([`Code::KnownSplit`]).
   */
  split?: SplitMatch | null;
  /**
   * Their ids in file order, at most [`Finding::MAX_STUDIES`].
   */
  studies: string[];
}
/**
 * How much of a known split is there.
 */
export interface SplitMatch {
  /**
   * [`KnownSplit::key`].
   */
  key: string;
  /**
   * Studies of the split that have a prediction text.
   */
  matched: number;
  /**
   * [`KnownSplit::name`].
   */
  name: string;
  /**
   * Studies of the split.
   */
  of: number;
  /**
   * The hash of the split's ids.
   */
  sha256: string;
}
/**
 * How predictions and references are brought together.
 */
export interface JoinOptions {
  /**
   * When two ids are the same.
   */
  ids?: IdMatching & string;
  /**
   * What to do with ids that stand for different texts in one file.
   */
  repeated?: RepeatedIds & string;
}
/**
 * The fields whose ids are the same.
 */
export interface IdsMatched {
  /**
   * The field of the predictions.
   */
  predictions: string;
  /**
   * The field of the references.
   */
  references: string;
}
/**
 * A study ready to be scored.
 */
export interface StudyPair {
  /**
   * The candidate text of the task; empty for a missing prediction that is scored as empty.
   */
  candidate: string;
  /**
   * The study id.
   */
  id: string;
  /**
   * The reference text of the task.
   */
  reference: string;
}
/**
 * What CheXbert makes of a text.
 */
export interface ChexbertAnnotation {
  /**
   * Hidden state of the first token, `[CLS]`, not normalised.
   */
  embedding: number[];
  /**
   * The most likely class of each of the 14 observations.
   */
  labels: Labels;
  /**
   * Whether the text had more ids than the model takes (512), and was cut.
   */
  truncated: boolean;
}
/**
 * What RadGraph makes of a text.
 */
export interface RadgraphAnnotation {
  /**
   * In how many pieces the encoder read the text: more than 1 for one that is longer than the
   * model takes at once.
   */
  chunks: number;
  /**
   * Entities and relations, in the official form; entities count words.
   */
  graph: Graph;
  /**
   * First byte and one past the last byte of each word in the text.
   */
  words: [number, number][];
}
/**
 * A report's words, entities and relations, as the official code writes them to JSON:
 *
 * ```json
 * {"text": "No effusion .", "entities": {"1": {"tokens": "effusion", "label": "OBS-DA",
 *  "start_ix": 1, "end_ix": 1, "relations": []}}, "data_source": null, "data_split": "inference"}
 * ```
 *
 * Every relation's target is one of the entities.
 */
export interface Graph {
  data_source: string | null;
  data_split: string | null;
  entities: {
    [k: string]: Entity;
  };
  text: string;
}
/**
 * A span of words with a label.
 */
export interface Entity {
  /**
   * Position of the last word, included.
   */
  end_ix: number;
  /**
   * Such as `ANAT-DP` (RadGraph) or `Anatomy::definitely present` (RadGraph-XL).
   */
  label: string;
  /**
   * Relations from this entity.
   */
  relations: Relation[];
  /**
   * Position of the first word in the report.
   */
  start_ix: number;
  /**
   * The words, joined by spaces.
   */
  tokens: string;
}
/**
 * What RaTE-NER makes of a report.
 */
export interface EntitiesAnnotation {
  /**
   * The entities of all sentences, in order; their ranges are the report's.
   */
  entities: NamedEntity[];
  /**
   * Sentences that the report was cut into.
   */
  sentences: number;
  /**
   * Name of what cut the report into sentences.
   */
  splitter: string;
  /**
   * Whether a sentence had more ids than the model takes, and was cut.
   */
  truncated: boolean;
}
/**
 * An entity that RaTE-NER found.
 */
export interface NamedEntity {
  /**
   * One past the last byte in the text that was read.
   */
  end: number;
  /**
   * Its type.
   */
  kind: EntityType;
  /**
   * First byte in the text that was read.
   */
  start: number;
  /**
   * Its tokens, joined as the tokenizer joins them: what is embedded. Empty for a span that
   * the official code lets end before it starts.
   */
  text: string;
}
/**
 * What SRR-BERT or RadBERT-CT makes of a report.
 */
export interface FindingsAnnotation {
  /**
   * The findings that the report has, by their positions in [`FindingSet::names`], ascending.
   */
  positive: number[];
  /**
   * Name of what cut the report into sentences; none where it was read whole.
   */
  splitter: string | null;
  /**
   * Whether the report, or a sentence of it, had more ids than the model takes, and was cut.
   */
  truncated: boolean;
}
/**
 * One error about an attribute of a matched finding.
 */
export interface AttributeError {
  /**
   * The judge's explanation.
   */
  explanation: string;
  /**
   * Its kinds.
   */
  kinds: string[];
  /**
   * The predicted finding's id.
   */
  predicted: string;
  /**
   * The reference finding's id.
   */
  reference: string;
  /**
   * `significant`, `negligible`, or other words of the judge's.
   */
  severity: string;
}
/**
 * The averages of one subset under one handling of uncertain mentions.
 */
export interface Averages {
  /**
   * Share of studies that agree in every observation.
   */
  exact_match: number;
  /**
   * Plain mean over the observations.
   */
  macro: PrecisionRecallF1;
  /**
   * Counts pooled over the observations.
   */
  micro: PrecisionRecallF1;
  /**
   * 14 or 5.
   */
  observations: number;
  /**
   * Mean over the studies of each study's figures ("example-based"); with uncertain as negative
   * these are the CE figures of cvt2distilgpt2 and CXRMate.
   */
  samples: PrecisionRecallF1;
  /**
   * Whether an uncertain mention counts as present.
   */
  uncertain_is_positive: boolean;
  /**
   * Mean weighted by support.
   */
  weighted: PrecisionRecallF1;
}
/**
 * Precision, recall and F1; 0 wherever the denominator is 0.
 */
export interface PrecisionRecallF1 {
  /**
   * Harmonic mean of the two.
   */
  f1: number;
  /**
   * True positives among those that the candidates call present.
   */
  precision: number;
  /**
   * True positives among those that the references call present.
   */
  recall: number;
}
/**
 * BLEU of one candidate against one reference, with the counts it was made from.
 */
export interface Bleu {
  /**
   * Factor from 0 to 1 for a candidate shorter than its reference.
   */
  brevity_penalty: number;
  /**
   * Tokens of the candidate.
   */
  candidate_len: number;
  /**
   * The counts of n-grams of one word, of two, and so on.
   */
  orders: BleuOrder[];
  /**
   * Tokens of the reference.
   */
  reference_len: number;
  /**
   * The score, from 0 to 1.
   */
  score: number;
}
/**
 * n-grams of one order.
 */
export interface BleuOrder {
  /**
   * Candidate n-grams found in the reference, each distinct n-gram counted at most as often as
   * the reference holds it.
   */
  matched: number;
  /**
   * The precision that entered the geometric mean, smoothing included. In BLEU-2 of
   * CXR-Report-Metric 0 when no unigram matched (the score is then 0 by definition).
   */
  precision: number;
  /**
   * Candidate n-grams; in BLEU-2 of CXR-Report-Metric at least 1 even where the candidate is
   * too short to have any.
   */
  total: number;
}
/**
 * F1-CheXbert of a run: both subsets, both ways to take an uncertain mention.
 */
export interface ChexbertF1 {
  /**
   * One entry per subset and handling: 14 and 5 observations, uncertain as positive
   * (f1chexbert's mode) and as negative.
   */
  averages: Averages[];
  /**
   * Studies of which both reports are labelled.
   */
  n: number;
  /**
   * Each observation, uncertain as positive.
   */
  observations: ObservationRow[];
  /**
   * Each observation, uncertain as negative: as CXRMate has them.
   */
  observations_uncertain_as_negative?: ObservationRow[];
}
/**
 * One observation's figures.
 */
export interface ObservationRow {
  /**
   * Its name.
   */
  name: string;
  /**
   * Its figures.
   */
  scores: PrecisionRecallF1;
  /**
   * References in which it is present.
   */
  support: number;
}
/**
 * CIDEr of one study.
 */
export interface Cider {
  /**
   * Factor from 0 to 1 for a difference in length, which is counted in word pairs.
   */
  length_penalty: number;
  /**
   * 10 · the mean of the four similarities, from 0 to 10.
   */
  score: number;
  /**
   * Similarity by order, the penalty included.
   *
   * @minItems 4
   * @maxItems 4
   */
  similarity: [number, number, number, number];
}
/**
 * A metric of two runs.
 */
export interface ComparedMetric {
  /**
   * How far the means are apart; `None` where they cannot be compared.
   */
  difference: PairedDifference | null;
  /**
   * Whether the second run is the better one where the difference is above 0.
   */
  higher_is_better: boolean;
  /**
   * The metric, by its id.
   */
  id: Metric;
  /**
   * The name of what is compared: the metric's, or that of its mean's reciprocal.
   */
  label: string;
  /**
   * The p-value adjusted for the number of metrics (Holm 1979).
   */
  p_holm: number | null;
  /**
   * Why the metric cannot be compared.
   */
  refused?: NotCompared | null;
}
/**
 * How far the second run's mean is from the first's.
 */
export interface PairedDifference {
  /**
   * The second less the first.
   */
  difference: number;
  /**
   * Studies in which both are equal.
   */
  equal: number;
  /**
   * The first run's mean over them; its reciprocal where the column is published as one.
   */
  first: number;
  /**
   * Studies in which the second run's score is higher.
   */
  higher: number;
  /**
   * Percentile bootstrap interval of the difference, studies drawn with replacement (Efron
   * 1979): lower and upper end. `None` when a resampled mean has no reciprocal.
   *
   * @minItems 2
   * @maxItems 2
   */
  interval: [number, number] | null;
  /**
   * Studies in which it is lower.
   */
  lower: number;
  /**
   * Studies with a score in both runs: those that are compared.
   */
  n: number;
  /**
   * Two-sided p-value of paired approximate randomization (Noreen 1989): each study's scores are
   * exchanged between the runs or not, and p = (c + 1) / (N + 1) of c exchanges out of N whose
   * means are at least as far apart. The reciprocal's is the same, being a monotone function.
   */
  p: number;
  /**
   * The second run's.
   */
  second: number;
}
/**
 * A run beside another over the studies that both have.
 */
export interface Comparison {
  /**
   * The run that is compared with.
   */
  first: string;
  /**
   * Metrics that both runs have, in the first one's order.
   */
  metrics: ComparedMetric[];
  /**
   * Studies in the first run alone, which do not count.
   */
  only_first: number;
  /**
   * Studies in the second run alone.
   */
  only_second: number;
  /**
   * Resamples of the bootstrap, and exchanges of the randomization.
   */
  resamples: number;
  /**
   * Whether both runs were scored against the same file of references; `false` where one of them
   * had its references beside its predictions, so that only the ids say that they are the same.
   */
  same_references: boolean;
  /**
   * The run that is compared.
   */
  second: string;
  /**
   * Seed of the random draws.
   */
  seed: number;
  /**
   * Studies in both.
   */
  studies: number;
}
/**
 * CRIMSON of one study.
 */
export interface Crimson {
  /**
   * Number of attribute errors.
   */
  attribute_count: number;
  /**
   * The attribute errors.
   */
  attribute_errors: AttributeError[];
  /**
   * Number of attribute errors of each of [`ATTRIBUTE_KINDS`].
   *
   * @minItems 8
   * @maxItems 8
   */
  attribute_kinds: [number, number, number, number, number, number, number, number];
  /**
   * Weight of attribute errors.
   */
  attribute_weight: number;
  /**
   * Weight of what was found, less what attribute errors take from it.
   */
  correct: number;
  /**
   * Number of false findings.
   */
  false_count: number;
  /**
   * Ids of false findings.
   */
  false_findings: string[];
  /**
   * Weight of false findings.
   */
  false_weight: number;
  /**
   * Ids of the pairs that match, the reference's first.
   */
  matched: [string, string][];
  /**
   * Number of missing findings.
   */
  missing_count: number;
  /**
   * Ids of missing findings.
   */
  missing_findings: string[];
  /**
   * Weight of missing findings; it enters the score only through the reference's weight.
   */
  missing_weight: number;
  /**
   * The candidate's findings.
   */
  predicted_findings: CrimsonFinding[];
  /**
   * (correct − false) / reference's weight, before negative values are squeezed above −1.
   */
  raw: number;
  /**
   * The reference's findings.
   */
  reference_findings: CrimsonFinding[];
  /**
   * Weight of the reference's findings.
   */
  reference_weight: number;
  /**
   * The score, above −1 and at most 1, rounded to four decimals.
   */
  score: number;
}
/**
 * One finding as the judge lists it.
 */
export interface CrimsonFinding {
  /**
   * The finding in words.
   */
  finding: string;
  /**
   * Its id in the answer, e.g. `R1`.
   */
  id: string;
  /**
   * Its significance in the judge's words; empty where there is none.
   */
  significance: string;
}
/**
 * CRIMSON of one study.
 */
export interface CrimsonResult {
  /**
   * Score, weights and findings; `None` if the rules refuse the last answer.
   */
  crimson: Crimson | null;
  /**
   * What did not parse as intended.
   */
  notes: AnswerNote[];
}
/**
 * A histogram of one metric's scores: bins of equal width from `low` to `high`.
 */
export interface Distribution {
  /**
   * Studies per bin; empty when no study has a finite score.
   */
  bins: number[];
  /**
   * Largest score, in the metric's unit.
   */
  high: number;
  /**
   * Smallest score, in the metric's unit.
   */
  low: number;
}
/**
 * One correction.
 */
export interface Edit {
  /**
   * The judge's categories.
   */
  categories: string[];
  /**
   * The judge's comment.
   */
  comment: string | null;
  /**
   * The corrected line, or `[delete]`.
   */
  correction: string | null;
  /**
   * The line as the judge named it: digits, or "None" for text to be inserted.
   */
  line: string;
  /**
   * The severity; `None` when the judge's words are none of the four.
   */
  severity: CorrectionSeverity | null;
}
/**
 * What one entity was matched to and what that counts for.
 */
export interface EntityMatch {
  /**
   * Affinity of the two types: the weight of this entity.
   */
  affinity: number;
  /**
   * Position of the most similar entity of the other report.
   */
  entity: number;
  /**
   * Factor for types that contradict each other, otherwise 1.
   */
  penalty: number;
  /**
   * Cosine similarity to it, an f32 value.
   */
  similarity: number;
}
/**
 * A study at one end of a metric.
 */
export interface ExtremeStudy {
  /**
   * Its id.
   */
  id: string;
  /**
   * Its place in input order.
   */
  place: number;
  /**
   * Its score.
   */
  score: number;
}
/**
 * What a file was recognised as.
 */
export interface FileRead {
  /**
   * Its format, encoding and columns.
   */
  shape: Shape;
  /**
   * Studies in it.
   */
  studies: number;
}
/**
 * What was guessed about a file. Each guess can be overridden in [`crate::ReadOptions`].
 */
export interface Shape {
  /**
   * Whether a byte order mark stood in front.
   */
  bom: boolean;
  /**
   * The character between a table's columns; `None` for JSON.
   */
  delimiter: string | null;
  /**
   * How characters are written as bytes.
   */
  encoding: TextEncoding;
  /**
   * How the records are written down.
   */
  format: Format;
  /**
   * Whether the file was gzip-compressed.
   */
  gzip: boolean;
  /**
   * The name of the column or key that [`crate::Record::id`] is from; `None` where the ids
   * stand outside of the records, and where there are none.
   */
  id_name: string | null;
  /**
   * Whether the ids are row numbers because the file has none.
   */
  ids_are_rows: boolean;
  /**
   * Whether the ids are running numbers that nobody chose, such as an unnamed first column or
   * pandas' outer keys: they are places, not ids.
   */
  ids_are_running: boolean;
  /**
   * Columns or keys that played no role (at most [`Shape::MAX_IGNORED`]).
   */
  ignored: string[];
  /**
   * What the file is good for.
   */
  kind: Kind;
  /**
   * Which columns or keys played which role, in order of preference. Usually one each;
   * more where the records of a JSON file name the same thing differently.
   */
  roles: {
    [k: string]: string[];
  };
  /**
   * Whether the file was the one file of a zip archive.
   */
  zip: boolean;
}
/**
 * F1 of SRR-BERT's or RadBERT-CT's findings over the studies of a run that are scored.
 */
export interface FindingsF1 {
  /**
   * Share of studies that agree in every finding.
   */
  exact_match: number;
  /**
   * How many findings the averages are over.
   */
  findings: number;
  /**
   * Plain mean over the findings, those that no report has included.
   */
  macro: PrecisionRecallF1;
  /**
   * Counts pooled over the findings.
   */
  micro: PrecisionRecallF1;
  /**
   * Each finding that a reference has, or a candidate rightly.
   */
  rows: ObservationRow[];
  /**
   * Mean over the studies of each study's figures; 0 where a denominator is 0.
   */
  samples: PrecisionRecallF1;
  /**
   * Mean weighted by support: what RadEval prints of SRR-BERT.
   */
  weighted: PrecisionRecallF1;
}
/**
 * The edits that a judge proposed for one report.
 */
export interface FineRadScore {
  /**
   * The edits in the order of the answer; of two for one line, the later one.
   */
  edits: Edit[];
}
/**
 * FineRadScore of one study.
 */
export interface FineRadScoreResult {
  /**
   * The edits; `None` if the official rules refuse the last answer.
   */
  edits: FineRadScore | null;
  /**
   * What did not parse as intended.
   */
  notes: AnswerNote[];
  /**
   * Severity of the worst edit.
   */
  worst: CorrectionSeverity | null;
}
/**
 * GREEN of one study.
 */
export interface Green {
  /**
   * Clinically insignificant errors; they do not enter the score.
   *
   * @minItems 6
   * @maxItems 6
   */
  insignificant: [number, number, number, number, number, number];
  /**
   * Number of matched findings.
   */
  matched: number;
  /**
   * What in the answer probably did not parse as the judge meant it.
   */
  notes: GreenNote[];
  /**
   * matched / (matched + significant errors), from 0 to 1; 0 when nothing matched.
   */
  score: number;
  /**
   * Clinically significant errors in the order of [`ERROR_CATEGORIES`].
   *
   * @minItems 6
   * @maxItems 6
   */
  significant: [number, number, number, number, number, number];
}
/**
 * GREEN of one study.
 */
export interface GreenResult {
  /**
   * The judge's explanation.
   */
  explanation: string | null;
  /**
   * Score and counts by the official rules. An answer that they cannot read scores 0; the notes
   * say so.
   */
  green: Green;
  /**
   * The matched findings in words.
   */
  matched_findings: string[];
  /**
   * What did not parse as intended; `green.notes` among them.
   */
  notes: AnswerNote[];
  /**
   * The significant errors in words, by category.
   *
   * @minItems 6
   * @maxItems 6
   */
  significant_errors: [string[], string[], string[], string[], string[], string[]];
}
/**
 * A metric's mean in a group.
 */
export interface GroupMean {
  /**
   * 95 % confidence interval, mean ± 1.96 standard errors; none for fewer than two studies.
   *
   * @minItems 2
   * @maxItems 2
   */
  ci95: [number, number] | null;
  /**
   * Mean over them; none without a score.
   */
  mean: number | null;
  /**
   * The metric.
   */
  metric: Metric;
  /**
   * Studies with a score.
   */
  n: number;
}
/**
 * What a run scores in one group of its studies.
 */
export interface GroupScores {
  /**
   * One per metric, in the run's order.
   */
  means: GroupMean[];
  /**
   * The group's name.
   */
  name: string;
  /**
   * Studies in it.
   */
  studies: number;
}
/**
 * What a run scores in each group of its studies.
 */
export interface GroupedScores {
  /**
   * By what the studies are put into groups.
   */
  by: string;
  /**
   * The groups, in their order.
   */
  groups: GroupScores[];
  /**
   * Studies in no group.
   */
  without: number;
}
/**
 * An input file, by its content.
 */
export interface InputRef {
  /**
   * What it was read as.
   */
  format: string;
  /**
   * `predictions`, `references`, `prediction annotations`, `reference annotations`,
   * `green answers` or `fineradscore answers`.
   */
  role: string;
  /**
   * sha256 of its bytes, in hexadecimal.
   */
  sha256: string;
}
/**
 * Requests to a judge. Both texts hold what the reports hold.
 */
export interface JudgeRequests {
  /**
   * Lines of an OpenAI batch file, one per distinct pair of reports.
   */
  requests: string;
  /**
   * Which studies wait for which request: goes back with the answers of a batch.
   */
  studies: string;
  /**
   * Of how many studies the judge is told the patient's age, and of how many the indication.
   */
  told: [number, number];
}
/**
 * A judge's answers in a summary. Holds ids and counts, never an answer's text.
 */
export interface JudgeSummary {
  /**
   * Studies with an answer.
   */
  answered: number;
  /**
   * By kind, the number of such studies.
   */
  by_note: {
    [k: string]: number;
  };
  /**
   * Where answers were cleaned before they were read ([`rrgscore_judge::clean_answer`]): how many
   * of them are other ones by it.
   */
  cleaned?: number | null;
  /**
   * Requests of a batch that came back with an error instead of an answer.
   */
  failed_requests: number;
  /**
   * The judge's names, as far as the answers name them. More than one makes the numbers of no
   * single judge.
   */
  models: string[];
  /**
   * Studies whose answer did not parse as intended, in the run's order, with the kinds of
   * what is wrong, each once and sorted ([`AnswerNote::code`]).
   */
  not_as_intended: {
    [k: string]: string[];
  };
  /**
   * The prompts' signatures, e.g. `rrgscore-green-1:0123456789ab`, as far as they are known.
   */
  templates: string[];
  /**
   * Studies without one, in the run's order.
   */
  unanswered: string[];
  /**
   * Answers for studies that are not scored here.
   */
  unknown: number;
}
/**
 * Which parts of a graph the other graph holds too, in the order of the annotation.
 */
export interface Matched {
  /**
   * One flag for each entity.
   */
  entities: boolean[];
  /**
   * One flag for each relation of each entity.
   */
  relations: boolean[][];
}
/**
 * How two metrics go together.
 */
export interface MetricCorrelation {
  /**
   * Studies with a score of both.
   */
  n: number;
  /**
   * The coefficient, -1 to 1; none where one of them does not vary. A metric of which less is
   * better goes against the others.
   */
  value: number | null;
}
/**
 * The coefficient of every two metrics of a run.
 */
export interface MetricCorrelations {
  /**
   * Which coefficient.
   */
  method: CorrelationMethod;
  /**
   * The metrics, in the run's order.
   */
  metrics: Metric[];
  /**
   * A row per metric, a cell per metric, both in that order.
   */
  rows: MetricCorrelation[][];
}
/**
 * The studies at both ends of a metric.
 */
export interface MetricExtremes {
  /**
   * Best first: the highest scores, or the lowest where less is better.
   */
  best: ExtremeStudy[];
  /**
   * The metric.
   */
  metric: Metric;
  /**
   * Worst first.
   */
  worst: ExtremeStudy[];
}
/**
 * One column in a summary.
 */
export interface MetricSummary {
  /**
   * What must be said beside the number.
   */
  caution: string | null;
  /**
   * 95 % confidence interval, mean ± 1.96 standard errors.
   *
   * @minItems 2
   * @maxItems 2
   */
  ci95: [number, number] | null;
  /**
   * Its column in `scores.csv`.
   */
  column: string;
  /**
   * Studies whose score could not be computed; those without a judge's answer are missing
   * instead.
   */
  failed: number;
  /**
   * The averages over findings, and each finding, where the column compares lists of them.
   */
  findings_f1?: FindingsF1 | null;
  /**
   * Studies whose score follows from a rule, by rule.
   */
  flags?: {
    [k: string]: number;
  };
  /**
   * The metric, by its id.
   */
  id: Metric;
  /**
   * For a judge's column: who judged, and which answers did not parse as intended.
   */
  judge?: JudgeSummary | null;
  /**
   * Its name for people.
   */
  label: string;
  /**
   * Mean over studies; none without a score.
   */
  mean: number | null;
  /**
   * Studies without a usable prediction, treated as the missing policy says; in a judge's
   * column also studies without an answer, which have no score.
   */
  missing: number;
  /**
   * Studies in the mean.
   */
  n: number;
  /**
   * What all studies score as one set, where papers print that: BLEU of the COCO evaluation by
   * the summed counts, which is no mean over studies, CIDEr, and SRR-BERT's weighted F1.
   */
  of_set?: number | null;
  /**
   * The packs that computed it, by id.
   */
  packs: string[];
  /**
   * The published column it may be ranked in, if it is computed as the leaderboard's is.
   */
  published_as: string | null;
  /**
   * The reciprocal of the mean, for columns that are published as one.
   */
  reciprocal?: ReciprocalSummary | null;
  /**
   * Standard error of the mean (ddof 1); none for fewer than two studies.
   */
  standard_error: number | null;
  /**
   * Studies of which a model saw only the beginning.
   */
  truncated: number;
}
/**
 * The reciprocal of a mean, or why it is not shown.
 */
export interface ReciprocalSummary {
  /**
   * 95 % confidence interval by resampling studies (10,000 draws, seed 0); none until the run
   * is complete.
   *
   * @minItems 2
   * @maxItems 2
   */
  bootstrap95: [number, number] | null;
  /**
   * 95 % confidence interval by the delta method.
   *
   * @minItems 2
   * @maxItems 2
   */
  ci95: [number, number] | null;
  /**
   * Its name, e.g. `1/RadCliQ-v1`.
   */
  label: string;
  /**
   * Why there is no reciprocal.
   */
  refused: string | null;
  /**
   * 1 / mean; none when refused.
   */
  value: number | null;
}
/**
 * A published row next to a ranked value.
 */
export interface Neighbour {
  /**
   * The model's name.
   */
  model: string;
  /**
   * Its published score.
   */
  score: PublishedScore;
}
/**
 * A column that a profile lists.
 */
export interface Offer {
  /**
   * What it needs and is not there; `None` where it can be computed now.
   */
  lacking: Lacking | null;
  /**
   * The column.
   */
  metric: Metric;
  /**
   * Whether it is computed unless something else is chosen.
   */
  usual: boolean;
}
/**
 * A model pack, by what identifies it.
 */
export interface PackRef {
  /**
   * Hash of its parts, in hexadecimal.
   */
  id: string;
  /**
   * Its name, e.g. `all-MiniLM-L6-v2`.
   */
  name: string;
  /**
   * Its precision: `int8`, `f16` or `f32`.
   */
  precision: string;
  /**
   * What it is for.
   */
  purpose: Purpose;
}
/**
 * A run over some studies of a split.
 */
export interface PartialSplit {
  /**
   * Studies of the split with a prediction.
   */
  matched: number;
  /**
   * Studies of the split.
   */
  of: number;
}
/**
 * RadCliQ of one study and its summands.
 */
export interface RadCliQ {
  /**
   * The constant summand.
   */
  intercept: number;
  /**
   * Contributions in the order of [`COMPONENT_NAMES`].
   *
   * @minItems 4
   * @maxItems 4
   */
  parts: [RadcliqPart, RadcliqPart, RadcliqPart, RadcliqPart];
  /**
   * The intercept plus all contributions. Can be negative for near-perfect reports, which is
   * why 1/RadCliQ is only taken of a data set's mean.
   */
  score: number;
}
/**
 * What one component adds to a RadCliQ.
 */
export interface RadcliqPart {
  /**
   * Coefficient times standardised value: the summand of the score.
   */
  contribution: number;
  /**
   * The value standardised by the fit's mean and scale.
   */
  standardised: number;
  /**
   * The component's value.
   */
  value: number;
}
/**
 * RadGraph F1 of one pair of reports and what it rests on.
 */
export interface RadGraphF1 {
  /**
   * What of the candidate the reference holds.
   */
  candidate_matched: Matched;
  /**
   * Mean of entity F1 and relation F1, from 0 to 1. Two identical reports without relations
   * score 0.5.
   */
  combined: number;
  /**
   * Overlap of entities.
   */
  entity: SetF1;
  /**
   * What of the reference the candidate holds.
   */
  reference_matched: Matched;
  /**
   * Overlap of relations.
   */
  relation: SetF1;
}
/**
 * Overlap of two sets; every value is 0 where its denominator is 0, so that two empty sets
 * score 0.
 */
export interface SetF1 {
  /**
   * Distinct elements of the candidate.
   */
  candidate: number;
  /**
   * Harmonic mean of the two.
   */
  f1: number;
  /**
   * Elements of both.
   */
  matched: number;
  /**
   * Elements of the candidate that the reference holds, as a share of the candidate's.
   */
  precision: number;
  /**
   * The same elements as a share of the reference's.
   */
  recall: number;
  /**
   * Distinct elements of the reference.
   */
  reference: number;
}
/**
 * Where a value stands among the published rows.
 *
 * Values are compared as they would be printed, rounded as the table is: a difference that the
 * published table cannot show makes no rank.
 */
export interface Rank {
  /**
   * The worst of the better rows (the first in the table's order, if several are equal).
   */
  above: Neighbour | null;
  /**
   * The best of the worse rows (the first in the table's order, if several are equal).
   */
  below: Neighbour | null;
  /**
   * The number of published rows with a value, and the ranked value itself.
   */
  of: number;
  /**
   * 1 + the number of published rows that are better.
   */
  place: number;
  /**
   * The places that it may have by the intervals of the value and of the rows.
   */
  places: RankInterval;
  /**
   * The models whose published value is the same, in the table's order.
   */
  ties: string[];
}
/**
 * The places that a value may have, because its interval overlaps with those of others.
 */
export interface RankInterval {
  /**
   * 1 + the number of values that are better beyond their intervals.
   */
  best: number;
  /**
   * The number of values that are not worse beyond theirs, its own among them.
   */
  worst: number;
}
/**
 * RaTEScore of one pair and its matches.
 */
export interface RateScore {
  /**
   * For each entity of the candidate its match; empty when the reference has no entity.
   */
  candidate_matches: EntityMatch[];
  /**
   * Weighted mean over the candidate's entities (officially called recall).
   */
  candidate_to_reference: number;
  /**
   * For each entity of the reference its match; empty when the candidate has no entity.
   */
  reference_matches: EntityMatch[];
  /**
   * Weighted mean over the reference's entities (officially called precision).
   */
  reference_to_candidate: number;
  /**
   * Harmonic mean of the two directions; [`WITHOUT_ENTITIES`] when a report has no entity.
   * Mostly in [0, 1], but not clipped: it can leave it where the directions differ in sign.
   */
  score: number;
}
/**
 * ROUGE of one candidate against one reference.
 */
export interface Rouge {
  /**
   * What they have in common, each word or pair counted at most as often as the reference
   * holds it.
   */
  common: number;
  /**
   * Share of the candidate's words or pairs that the reference has.
   */
  precision: number;
  /**
   * Share of the reference's words or pairs that the candidate has.
   */
  recall: number;
  /**
   * The F-measure of precision and recall, from 0 to 1: their harmonic mean, in the COCO
   * evaluation's ROUGE-L with more weight for recall.
   */
  score: number;
}
/**
 * One reward of one pair and what it rests on.
 */
export interface Reward {
  /**
   * What of the candidate the reference holds.
   */
  candidate_matched: Matched;
  /**
   * The overlap; the reward is its F1. All 0 when either graph has no entity.
   */
  overlap: SetF1;
  /**
   * What of the reference the candidate holds.
   */
  reference_matched: Matched;
}
/**
 * One token and its best match on the other side.
 */
export interface TokenMatch {
  /**
   * Index of the best match among the other side's tokens, if it has any.
   */
  best: number | null;
  /**
   * One past its last byte; equal to `start` for special tokens.
   */
  end: number;
  /**
   * Cosine similarity to it, -1 to 1.
   */
  similarity: number;
  /**
   * First byte of the token in the text.
   */
  start: number;
  /**
   * The token's share of precision or recall: 0 for special tokens.
   */
  weight: number;
}
/**
 * A score with what it was made of.
 */
export interface Scored {
  /**
   * What happened on the way that a reader of the number should know.
   */
  flags?: Flag[];
  /**
   * What it was made of.
   */
  reasons: Reasons;
  /**
   * Whether the model saw only the beginning of the reference or the candidate.
   */
  truncated: boolean;
  /**
   * The value.
   */
  value: number;
}
/**
 * What a run came to.
 */
export interface ScoreResults {
  /**
   * One per metric, in the summary's order.
   */
  distributions: Distribution[];
  /**
   * The files that the command line writes, by name: `scores.csv` and `summary.json`, with
   * SembScore `labels.csv`, with a judge's answers `judgements.csv`.
   */
  files: {
    [k: string]: string;
  };
  /**
   * What the user should know, e.g. a pack that could not be used.
   */
  problems: string[];
  /**
   * The places among the published models, for the metrics that have one, edition after edition.
   */
  standings: Standing[];
  /**
   * What `summary.json` holds.
   */
  summary: Summary;
}
/**
 * Where one metric of a run stands in a published table.
 */
export interface Standing {
  /**
   * The published column, e.g. `BLEU-2` or `1/RadCliQ-v1`.
   */
  column: PublishedColumn;
  /**
   * The dataset of the table.
   */
  dataset: PublishedDataset;
  /**
   * Decimals to which the edition's numbers are rounded.
   */
  decimals: number;
  /**
   * The edition of the leaderboard: `paper`, `site-2025-09`, `own`.
   */
  edition: string;
  /**
   * The metric's id.
   */
  metric: string;
  /**
   * How many of the split's studies were scored, when it was not all of them: the published
   * models were scored on all.
   */
  partial: PartialSplit | null;
  /**
   * Its place among the published models.
   */
  rank: Rank;
  /**
   * The run's number in that column, in the column's unit, with half its 95 % interval.
   */
  score: PublishedScore;
  /**
   * The task of the table.
   */
  task: Task;
}
/**
 * What `summary.json` holds.
 */
export interface Summary {
  /**
   * F1 over CheXbert's observations, when a SembScore column was computed: from the same
   * pass of the model. Not part of the leaderboard.
   */
  chexbert_f1?: ChexbertF1 | null;
  /**
   * What was done to both reports of each study before any column read them.
   */
  cleaning?: ReportCleaning | null;
  /**
   * False when the run was cancelled: means are over what was scored until then.
   */
  complete: boolean;
  /**
   * Counts of the alignment.
   */
  counts: Counts;
  /**
   * Version of the file's form, [`SUMMARY_FORMAT`]: counted up when a field is taken away or means
   * something else. `docs/summary.schema.json` describes it.
   */
  format_version: number;
  /**
   * The files.
   */
  inputs: InputRef[];
  /**
   * The columns.
   */
  metrics: MetricSummary[];
  /**
   * What was done about missing predictions.
   */
  missing_policy: MissingPolicy;
  /**
   * Studies scored.
   */
  n: number;
  /**
   * Notes for the user.
   */
  notes: string[];
  /**
   * The packs that computed them, in the order of their purposes.
   */
  packs: PackRef[];
  /**
   * The definitions in force.
   */
  profile: string;
  /**
   * What cut reports into sentences for RaTEScore (`pyrush`) and SRR-BERT (`punkt`), or a
   * splitter of this project's own where a pack holds no rules.
   */
  sentences?: string | null;
  /**
   * One line that names all that decides the numbers.
   */
  signature: string;
  /**
   * The known split, if it is one.
   */
  split: SplitMatch | null;
  /**
   * Which sections were compared; none for pairs that were scored as given and of which the user
   * said no more.
   */
  task: Task | null;
  /**
   * What stands out about the reports themselves.
   */
  texts: TextCounts;
  /**
   * Version of RRGScore.
   */
  version: string;
}
/**
 * Counts of studies by what their reports are like.
 */
export interface TextCounts {
  /**
   * Studies whose candidate holds no word.
   */
  empty_candidates: number;
  /**
   * Studies whose reference holds no word.
   */
  empty_references: number;
  /**
   * Studies with a report of 2,000 words or more.
   */
  long: number;
  /**
   * Studies with a report that is not plain ASCII.
   */
  non_ascii: number;
}
/**
 * One study of a run: all that the study view draws.
 */
export interface Study {
  /**
   * What models found in the reference and the candidate, each once.
   */
  annotations: StudyAnnotation[];
  /**
   * The candidate, as scored.
   */
  candidate: string;
  /**
   * Its id.
   */
  id: string;
  /**
   * Place in input order.
   */
  place: number;
  /**
   * The reference, as scored.
   */
  reference: string;
  /**
   * One per metric: the score with its reasons, or why there is none (`None` while pending).
   */
  scores: [Metric, ResultOf_ScoredOrString | null][];
}
/**
 * What a model found in both reports of a study; without embeddings, which nobody looks at.
 */
export interface StudyAnnotation {
  /**
   * The same for the candidate.
   */
  candidate: Annotation | null;
  /**
   * The metrics that compare it.
   */
  metrics: Metric[];
  /**
   * What was found in the reference; `None` while it is not known.
   */
  reference: Annotation | null;
}
/**
 * How runs are compared.
 */
export interface CompareOptions {
  /**
   * Resamples of the bootstrap, and exchanges of the randomization; 10,000 unless given.
   */
  resamples?: number;
  /**
   * Seed of the random draws, 0 unless given: the same seed gives the same numbers everywhere.
   */
  seed?: number;
}
/**
 * A study whose two reports are at hand.
 */
export interface Pair {
  /**
   * The report to be scored.
   */
  candidate: string;
  /**
   * The study's id.
   */
  id: string;
  /**
   * The reference report.
   */
  reference: string;
}
/**
 * Overrides of every guess, and the limits of [`crate::read()`].
 */
export interface ReadOptions {
  /**
   * Which column or key plays which role. A name is compared without regard to case;
   * `#2` is the second column of a table. Roles not named here are guessed.
   */
  columns?: {
    [k: string]: string;
  };
  /**
   * A table's separator (ASCII); guessed from its first line if `None`.
   */
  delimiter?: string | null;
  /**
   * How characters are written as bytes; guessed from the content if `None`.
   */
  encoding?: TextEncoding | null;
  /**
   * Whether to keep fields that play no role, such as view, sex or age, where they can make
   * groups of studies ([`crate::StudyField`]), or where a judge can be told of the patient
   * ([`crate::PatientFact`]).
   */
  fields?: boolean;
  /**
   * The file's name, where it has one. It is looked at for its ending alone, and only to tell
   * a file of one report per line (`.txt`, `.tok`, …) from a table without a header; it is
   * never shown.
   */
  file_name?: string | null;
  /**
   * How the records are written down; guessed from the content if `None`.
   */
  format?: Format | null;
  /**
   * Whether a table's first line names its columns. `Some(false)` needs [`Self::columns`]
   * by number. `None` and `Some(true)` both expect a header.
   */
  header?: boolean | null;
  /**
   * Most bytes of the file as given.
   */
  max_bytes?: number;
  /**
   * Most bytes after decompression.
   */
  max_decoded_bytes?: number;
  /**
   * Most bytes of one text, one table row or one line of JSON Lines.
   */
  max_record_bytes?: number;
  /**
   * Most records.
   */
  max_rows?: number;
}
/**
 * The files of a run that is to be compared.
 */
export interface RunFiles {
  /**
   * What the run is called beside the others.
   */
  name: string;
  /**
   * Its `scores.csv`.
   */
  scores: string;
  /**
   * Its `summary.json`.
   */
  summary: string;
}
/**
 * What is scored, and how. The command line's flags, the page's messages and the npm package's
 * options are views of this type; what is left out is decided as the defaults say.
 */
export interface RunRequest {
  /**
   * Whether a judge's answers are cleaned before they are read: thoughts and code fences are
   * taken out, which no official code does. The signature says so.
   */
  cleanAnswers?: boolean;
  /**
   * What is done to both reports of each study before any column reads them; nothing, unless
   * asked for.
   */
  cleaning?: ReportCleaning | null;
  /**
   * When two ids are the same, and what happens to studies with different texts.
   */
  join?: JoinOptions;
  /**
   * Ids or short names of the columns; `all-available` stands for every column of the profile
   * that can be computed. Empty: the profile's usual columns, as far as they can be computed.
   */
  metrics?: string[];
  /**
   * What happens to studies without a prediction.
   */
  missing?: MissingPolicy & string;
  /**
   * Whose definitions; decides what a short name such as `bleu2` means.
   */
  profile?: Profile & string;
  /**
   * Which sections are compared. Left out: findings and impression as the leaderboard compares
   * them; pairs of both reports are then scored as given, and the summary names no task.
   */
  task?: Task | null;
}

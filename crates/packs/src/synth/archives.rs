//! RadGraph's archives.

use super::sizes::Sizes;
use super::weights::{Weights, tar_gz};
use super::{SyntheticCheckpoint, encoders, tokenizers};
use crate::{PackError, Purpose};
use serde_json::json;

const MAX_SPAN_WIDTH: usize = 12;
const FEATURE_SIZE: usize = 20;
const MAX_LENGTH: usize = 512;

/// Where an archive keeps its encoder.
const ENCODER: &str = "_embedder.token_embedder_bert._matched_embedder.transformer_model.";

const RELATIONS: &str = "modify\nlocated_at\nsuggestive_of\n";

/// The archive, and beside it the folder of the encoder that it names.
pub(super) fn radgraph(
    checkpoint: &mut SyntheticCheckpoint,
    mut weights: Weights,
    purpose: Purpose,
    sizes: &Sizes,
) -> Result<(), PackError> {
    let modern = purpose == Purpose::ModernRadgraphXl;
    let (dataset, entities) = match purpose {
        Purpose::Radgraph => ("radgraph", "\nANAT-DP\nOBS-DP\nOBS-U\nOBS-DA\n".to_owned()),
        Purpose::RadgraphXl => ("radgraph-xl", xl_entities()),
        _ => ("modern-radgraph-xl", xl_entities()),
    };
    let model_name = if modern { "synthetic-modernbert" } else { "synthetic-bert" };
    if modern {
        encoders::modernbert(&mut weights, ENCODER, sizes);
    } else {
        encoders::bert(&mut weights, ENCODER, sizes);
    }
    // The first label is the null label, which has no score.
    let labels = (entities.lines().count() - 1, RELATIONS.lines().count());
    heads(&mut weights, dataset, labels, sizes);

    let config = config(model_name, sizes.span_layers);
    let files = [
        ("config.json".to_owned(), config.into_bytes()),
        ("vocabulary/non_padded_namespaces.txt".to_owned(), b"*labels\n*tags\n".to_vec()),
        (format!("vocabulary/{dataset}__ner_labels.txt"), entities.into_bytes()),
        (format!("vocabulary/{dataset}__relation_labels.txt"), RELATIONS.into()),
        ("weights.th".to_owned(), weights.torch_zip("weights", None)?),
    ];
    checkpoint.add(&format!("{dataset}.tar.gz"), tar_gz(&files)?);
    let beside = |name: &str| format!("{model_name}/{name}");
    if modern {
        checkpoint.add(&beside("config.json"), encoders::modernbert_config(sizes)?);
        checkpoint.add(&beside("tokenizer.json"), tokenizers::modernbert(sizes)?);
    } else {
        checkpoint.add(&beside("config.json"), encoders::bert_config(sizes)?);
        checkpoint.add(&beside("vocab.txt"), tokenizers::bert(sizes));
    }
    Ok(())
}

fn xl_entities() -> String {
    let mut labels = "\n".to_owned();
    for measured in ["", "::measurement"] {
        for kind in ["Observation", "Anatomy"] {
            for certainty in ["definitely present", "uncertain", "definitely absent"] {
                labels.push_str(&format!("{kind}{measured}::{certainty}\n"));
            }
        }
    }
    labels
}

/// DyGIE++'s classifiers.
fn heads(weights: &mut Weights, dataset: &str, labels: (usize, usize), sizes: &Sizes) {
    let (entities, relations) = labels;
    let inner = sizes.span_layers;
    let vector = 2 * sizes.hidden + FEATURE_SIZE;
    let widths = "_endpoint_span_extractor._span_width_embedding.weight";
    weights.add(widths.to_owned(), &[MAX_SPAN_WIDTH, FEATURE_SIZE], 0.0, 0.25);
    let mut network = |name: &str, inputs: usize| {
        weights.linear(&format!("{name}.0"), inputs, inner, 1.4);
        weights.linear(&format!("{name}.1"), inner, inner, 1.4);
    };
    let entity = format!("_ner._ner_scorers.{dataset}__ner_labels");
    let mention = format!("_relation._mention_pruners.{dataset}__relation_labels._scorer");
    let relation = format!("_relation._relation_feedforwards.{dataset}__relation_labels");
    network(&format!("{entity}.0._module._linear_layers"), vector);
    network(&format!("{mention}.0._module._linear_layers"), vector);
    network(&format!("{relation}._linear_layers"), 3 * vector);
    weights.linear(&format!("{entity}.1._module"), inner, entities, 1.4);
    weights.linear(&format!("{mention}.1._module"), inner, 1, 1.4);
    let scorer = format!("_relation._relation_scorers.{dataset}__relation_labels");
    weights.linear(&scorer, inner, relations, 1.4);
}

fn config(model_name: &str, hidden_dims: usize) -> String {
    let bert = json!({
        "type": "pretrained_transformer_mismatched",
        "model_name": model_name,
        "max_length": MAX_LENGTH,
    });
    json!({
        "dataset_reader": {
            "type": "dygie",
            "max_span_width": MAX_SPAN_WIDTH,
            "token_indexers": {"bert": bert},
        },
        "model": {
            "type": "dygie",
            "embedder": {"token_embedders": {"bert": bert}},
            "feature_size": FEATURE_SIZE,
            "feedforward_params": {"dropout": 0.4, "hidden_dims": hidden_dims, "num_layers": 2},
            "max_span_width": MAX_SPAN_WIDTH,
            "modules": {
                "coref": {"coref_prop": 0, "max_antecedents": 100, "spans_per_word": 0.3},
                "ner": {},
                "relation": {"spans_per_word": 0.5},
            },
            "target_task": "relation",
        },
    })
    .to_string()
}

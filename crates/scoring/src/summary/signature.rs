//! One line that names all that decides a result's numbers, in sacreBLEU's grammar
//! (`key:value` joined by `|`), so that it shows at a glance whether two results can be compared.

use rrgscore_judge::ANSWER_CLEANING;

use super::Summary;

/// Hexadecimal digits kept of each hash.
const SHORT: usize = 12;

/// The signature of a summary.
///
/// Packs and the split are named with the first 12 digits of their hashes; input files are not
/// named, because the same reports in another file format are the same run.
pub(super) fn of(summary: &Summary) -> String {
    let metrics: Vec<&str> = summary.metrics.iter().map(|metric| metric.metric.id()).collect();
    let mut parts = vec![
        format!("metrics:{}", metrics.join("+")),
        format!("profile:{}", summary.profile),
        format!("task:{}", summary.task.map_or("as-given", rrgscore_data::Task::as_str)),
        format!("n:{}", summary.n),
        format!("missing:{}", summary.missing_policy),
    ];
    if let Some(cleaning) = summary.cleaning {
        parts.push(format!("reports:{}", cleaning.id()));
    }
    let counts = &summary.counts;
    for (count, part) in [
        (counts.joined_loosely, "ids:loose"),
        (counts.first_taken, "repeated:first"),
        (counts.repeated_dropped, "repeated:drop"),
    ] {
        if count > 0 {
            parts.push(part.to_owned());
        }
    }
    if !summary.complete {
        parts.push("complete:no".to_owned());
    }
    if let Some(split) = &summary.split {
        parts.push(format!("split:{}@{}", split.key, short(&split.sha256)));
    }
    for pack in &summary.packs {
        parts.push(format!("pack:{}-{}@{}", pack.name, pack.precision, short(&pack.id)));
    }
    let given = |role: &str| role.ends_with("annotations") || role.ends_with("answers");
    for given in summary.inputs.iter().filter(|input| given(&input.role)) {
        parts.push(format!("{}:{}", given.role.replace(' ', "-"), short(&given.sha256)));
    }
    for (metric, judge) in
        summary.metrics.iter().filter_map(|metric| Some((metric, metric.judge.as_ref()?)))
    {
        let templates = match judge.templates.as_slice() {
            [] => "unknown".to_owned(),
            some => some.iter().map(|name| name.replace(':', "@")).collect::<Vec<_>>().join("+"),
        };
        parts.push(format!("{}-prompt:{templates}", metric.metric.id()));
        if judge.cleaned.is_some() {
            parts.push(format!("{}-cleaned:{ANSWER_CLEANING}", metric.metric.id()));
        }
    }
    if let Some(sentences) = &summary.sentences {
        parts.push(format!("sentences:{sentences}"));
    }
    if !summary.packs.is_empty() {
        parts.push(format!("numerics:{}", rrgscore_annotations::NUMERICS));
    }
    parts.push(format!("version:{}", summary.version));
    parts.join("|")
}

fn short(hash: &str) -> &str {
    hash.get(..SHORT).unwrap_or(hash)
}
